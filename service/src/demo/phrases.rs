//! What people say: phrases with blanks, filled in with what a pairing has to do with.

use {
    super::chance::Chance,
    std::{collections::BTreeMap, fmt::Write},
};

/// What the clients do for a living; phrases differ by it.
pub(super) const TRADES: [&str; 10] = [
    "realty", "law", "software", "clinic", "shop", "finance", "agency", "charity", "builder",
    "media",
];

/// How deep phrases may stand in phrases.
const DEPTH_MAX: u32 = 3;

/// Sections of phrases, each with a name.
pub(super) struct Phrases {
    sections: Vec<Vec<Phrase>>,
    names: BTreeMap<&'static str, usize>,
}

/// A line, cut at its blanks.
struct Phrase {
    line: &'static str,
    parts: Vec<Part>,
}

enum Part {
    Text(&'static str),
    Number(i64, i64),
    Word(Word),
    Section(usize),
    OfTrade([usize; TRADES.len()]),
}

#[derive(Clone, Copy)]
enum Word {
    Client,
    Assistant,
    Contact,
    Vendor,
    Project,
    Tool,
    Joined,
    Place,
}

/// Whom and what a pairing has to do with.
pub(super) struct Cast<'a> {
    /// The number of the client's trade.
    pub(super) trade: usize,
    pub(super) client: &'a str,
    pub(super) assistant: &'a str,
    pub(super) contacts: [&'a str; 5],
    pub(super) vendors: [&'a str; 3],
    pub(super) projects: [&'a str; 3],
    pub(super) tools: [&'a str; 2],
    /// The month in which the assistant began.
    pub(super) joined: &'a str,
    /// Where the assistant lives.
    pub(super) place: &'a str,
}

impl Phrases {
    /// The phrases that come with the demo.
    pub(super) fn new() -> Self {
        let text = concat!(include_str!("phrases.txt"), "\n", include_str!("names.txt"));
        let mut names = BTreeMap::new();
        let mut lines: Vec<Vec<&str>> = Vec::new();
        for line in text.lines().filter(|it| !it.is_empty() && !it.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
                names.insert(name, lines.len());
                lines.push(Vec::new());
            } else if let Some(section) = lines.last_mut() {
                section.push(line);
            }
        }
        let read = |line: &&'static str| Phrase { line, parts: parts(line, &names) };
        let sections = lines.iter().map(|section| section.iter().map(read).collect()).collect();
        Self { sections, names }
    }

    /// The lines of a section as they stand there.
    pub(super) fn lines(&self, section: &str) -> impl ExactSizeIterator<Item = &'static str> {
        self.sections[self.names[section]].iter().map(|phrase| phrase.line)
    }

    /// How many phrases a section has.
    pub(super) fn count(&self, section: &str) -> usize {
        self.sections[self.names[section]].len()
    }

    /// One of the lines of a section, as it stands there.
    pub(super) fn pick(&self, section: &str, chance: &mut Chance) -> &'static str {
        chance.pick(&self.sections[self.names[section]]).line
    }

    /// A phrase of a section.
    pub(super) fn say(&self, section: &str, cast: &Cast<'_>, chance: &mut Chance) -> String {
        let mut said = String::with_capacity(120);
        self.add(section, cast, chance, &mut said);
        said
    }

    /// Adds a phrase of a section to what was said before.
    pub(super) fn add(
        &self,
        section: &str,
        cast: &Cast<'_>,
        chance: &mut Chance,
        said: &mut String,
    ) {
        let number = chance.place(self.count(section));
        self.add_line((section, number), cast, chance, said);
    }

    /// Adds the phrase of a section that has this number.
    pub(super) fn add_line(
        &self,
        (section, number): (&str, usize),
        cast: &Cast<'_>,
        chance: &mut Chance,
        said: &mut String,
    ) {
        let mut speaker = Speaker { phrases: self, cast, chance, contact: usize::MAX };
        speaker.fill_in(&self.sections[self.names[section]][number], DEPTH_MAX, said);
    }
}

/// Cuts a line at its blanks.
fn parts(line: &'static str, names: &BTreeMap<&'static str, usize>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once('{') {
        let (blank, after) = behind.split_once('}').unwrap_or((behind, ""));
        parts.push(Part::Text(before));
        parts.push(part(blank, names));
        rest = after;
    }
    parts.push(Part::Text(rest));
    parts
}

fn part(blank: &'static str, names: &BTreeMap<&'static str, usize>) -> Part {
    if let Some(section) = blank.strip_prefix('@') {
        return Part::OfTrade(TRADES.map(|trade| names[format!("{section}.{trade}").as_str()]));
    }
    if let Some((from, to)) = blank.split_once('-')
        && let (Ok(from), Ok(to)) = (from.parse(), to.parse())
    {
        return Part::Number(from, to);
    }
    match blank {
        "client" => Part::Word(Word::Client),
        "ea" => Part::Word(Word::Assistant),
        "contact" => Part::Word(Word::Contact),
        "vendor" => Part::Word(Word::Vendor),
        "project" => Part::Word(Word::Project),
        "tool" => Part::Word(Word::Tool),
        "joined" => Part::Word(Word::Joined),
        "place" => Part::Word(Word::Place),
        section => Part::Section(names[section]),
    }
}

/// Somebody about to say something.
struct Speaker<'a> {
    phrases: &'a Phrases,
    cast: &'a Cast<'a>,
    chance: &'a mut Chance,
    /// Who was named last, so that nobody is named twice in a row.
    contact: usize,
}

impl<'a> Speaker<'a> {
    fn fill_in(&mut self, phrase: &Phrase, depth: u32, said: &mut String) {
        for part in &phrase.parts {
            match part {
                Part::Text(text) => said.push_str(text),
                Part::Number(from, to) => {
                    let number = self.chance.between(*from, *to);
                    write!(said, "{number}").expect("a string takes whatever is written to it");
                }
                Part::Word(word) => {
                    let word = self.word(*word);
                    said.push_str(word);
                }
                Part::Section(section) => self.fill_in_one_of(*section, depth, said),
                Part::OfTrade(sections) => {
                    self.fill_in_one_of(sections[self.cast.trade], depth, said);
                }
            }
        }
    }

    fn fill_in_one_of(&mut self, section: usize, depth: u32, said: &mut String) {
        let phrases = self.phrases;
        if depth > 0 {
            let phrase = self.chance.pick(&phrases.sections[section]);
            self.fill_in(phrase, depth - 1, said);
        }
    }

    fn word(&mut self, word: Word) -> &'a str {
        let cast = self.cast;
        match word {
            Word::Client => cast.client,
            Word::Assistant => cast.assistant,
            Word::Joined => cast.joined,
            Word::Place => cast.place,
            Word::Vendor => cast.vendors[self.chance.place(cast.vendors.len())],
            Word::Tool => cast.tools[self.chance.place(cast.tools.len())],
            Word::Project => cast.projects[self.chance.place(cast.projects.len())],
            Word::Contact => {
                let others = self.chance.place(cast.contacts.len() - 1);
                self.contact = others + usize::from(others >= self.contact);
                cast.contacts[self.contact]
            }
        }
    }
}

#[cfg(test)]
mod tests;
