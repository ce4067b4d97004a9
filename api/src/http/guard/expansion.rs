//! How large a document is once its fragments are spread, without spreading them.
//!
//! Thirty fragments that each spread the next one twice stand for 2³⁰ fields. Each fragment is
//! measured once, and what it spreads is added up.

use {
    crate::{http::refusal::Refusal, settings::Limits},
    apollo_compiler::ast::{Definition, Document, Selection},
    service::ErrorCode,
    std::collections::HashMap,
};

/// Refuses a document that is too large, or has no end, once its fragments are spread.
pub(crate) fn measure(document: &Document, limits: &Limits) -> Result<(), Refusal> {
    let mut fragments = HashMap::new();
    let mut operations = Vec::new();
    for definition in &document.definitions {
        match definition {
            Definition::FragmentDefinition(it) => {
                fragments.insert(it.name.as_str(), Body::of(&it.selection_set));
            }
            Definition::OperationDefinition(it) => operations.push(Body::of(&it.selection_set)),
            _ => {}
        }
    }
    let mut expansion = Expansion { fragments, sizes: HashMap::new() };
    let names: Vec<_> = expansion.fragments.keys().copied().collect();
    for name in names {
        // Also those that nothing spreads: what walks the document later meets them, too.
        expansion.of_fragment(name)?;
    }
    for operation in &operations {
        expansion.of_body(operation)?.check(limits)?;
    }
    expansion.sizes.values().flatten().try_for_each(|size| size.check(limits))
}

/// How large something is, fragments spread.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    fields: usize,
    /// Fragments that are spread, inline ones included.
    spreads: usize,
    /// How deep fields nest.
    depth: usize,
    /// How deep selections nest: fields and fragments.
    levels: usize,
}

impl Size {
    fn check(&self, limits: &Limits) -> Result<(), Refusal> {
        let counts = [
            (self.fields, limits.fields_max, "fields"),
            (self.spreads, limits.fields_max, "spread fragments"),
            (self.depth, limits.depth_max, "levels of fields"),
            (self.levels, limits.nesting_max, "levels of selections"),
        ];
        match counts.into_iter().find(|(count, max, _)| count > max) {
            None => Ok(()),
            Some((_, max, what)) => Err(Refusal::too_much(format!(
                "the document asks for more than {max} {what} once its fragments are spread"
            ))),
        }
    }
}

/// A selection set without what its fragments contain.
#[derive(Default)]
struct Body<'a> {
    own: Size,
    /// The named fragments that it spreads, and the depth and the level that they stand at.
    spread: Vec<(&'a str, usize, usize)>,
}

impl<'a> Body<'a> {
    fn of(selections: &'a [Selection]) -> Self {
        let mut body = Self::default();
        body.add(selections, 0, 0);
        body
    }

    /// Recurses as deep as brackets nest, which [`super::scan`] has bounded.
    fn add(&mut self, selections: &'a [Selection], depth: usize, level: usize) {
        self.own.levels = self.own.levels.max(level);
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    self.own.fields += 1;
                    self.own.depth = self.own.depth.max(depth + 1);
                    self.add(&field.selection_set, depth + 1, level + 1);
                }
                Selection::InlineFragment(inline) => {
                    self.own.spreads += 1;
                    self.add(&inline.selection_set, depth, level + 1);
                }
                Selection::FragmentSpread(spread) => {
                    self.own.spreads += 1;
                    self.spread.push((&spread.fragment_name, depth, level + 1));
                }
            }
        }
    }
}

struct Expansion<'a> {
    fragments: HashMap<&'a str, Body<'a>>,
    /// None while a fragment is being measured: whoever meets it then goes in a circle.
    sizes: HashMap<&'a str, Option<Size>>,
}

impl<'a> Expansion<'a> {
    /// Recurses at most once a fragment, of which [`super::scan`] has bounded the number.
    fn of_fragment(&mut self, name: &'a str) -> Result<Size, Refusal> {
        match self.sizes.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => {
                let told = format!("the fragment {name} spreads itself");
                return Err(Refusal::document(ErrorCode::BadUserInput, told));
            }
            None => {}
        }
        // One that is not there is for the validation to tell.
        let Some(body) = self.fragments.remove(name) else { return Ok(Size::default()) };
        self.sizes.insert(name, None);
        let size = self.of_body(&body)?;
        self.sizes.insert(name, Some(size));
        Ok(size)
    }

    fn of_body(&mut self, body: &Body<'a>) -> Result<Size, Refusal> {
        let mut total = body.own;
        for (name, depth, level) in &body.spread {
            let size = self.of_fragment(name)?;
            total.fields = total.fields.saturating_add(size.fields);
            total.spreads = total.spreads.saturating_add(size.spreads);
            total.depth = total.depth.max(depth + size.depth);
            total.levels = total.levels.max(level + size.levels);
        }
        Ok(total)
    }
}

#[cfg(test)]
mod tests {
    use {super::*, std::fmt::Write};

    fn check(document: &str) -> String {
        let document = Document::parse(document, "document").unwrap();
        match measure(&document, &Limits::default()) {
            Ok(()) => "fine".to_owned(),
            Err(refusal) => format!("{}: {}", refusal.code(), refusal.errors[0].message),
        }
    }

    fn doubling(fragments: u32) -> String {
        let mut document = "{ ...F0 }".to_owned();
        for number in 0..fragments {
            let next = number + 1;
            write!(document, "fragment F{number} on Query {{ ...F{next} ...F{next} }}").unwrap();
        }
        write!(document, "fragment F{fragments} on Query {{ viewer {{ id }} }}").unwrap();
        document
    }

    #[test]
    fn fragments_that_double_are_counted_without_being_spread() {
        let told = "LIMIT_EXCEEDED: the document asks for more than 2000 fields once its fragments are spread";
        assert_eq!(check(&doubling(9)), "fine");
        assert_eq!(check(&doubling(30)), told);
        assert_eq!(check(&doubling(98)), told);
    }

    #[test]
    fn fields_have_a_limit_through_fragments() {
        let document = |last: usize| {
            let (spreads, fields) = ("...F ".repeat(39), "a ".repeat(50));
            format!("{{ {spreads} {} }} fragment F on Query {{ {fields} }}", "b ".repeat(last))
        };

        assert_eq!(check(&document(50)), "fine");
        let told = "LIMIT_EXCEEDED: the document asks for more than 2000 fields once its fragments are spread";
        assert_eq!(check(&document(51)), told);
    }

    #[test]
    fn depth_has_a_limit_through_fragments() {
        let nested = |depth: usize, core: &str| {
            format!("{}{core}{}", "a {".repeat(depth), "}".repeat(depth))
        };
        let document = |depth: usize| {
            let (outer, inner) = (nested(5, "...F"), nested(depth - 6, "b"));
            format!("{{ {outer} }} fragment F on A {{ {inner} }}")
        };

        assert_eq!(check(&document(15)), "fine");
        let told = "LIMIT_EXCEEDED: the document asks for more than 15 levels of fields once its fragments are spread";
        assert_eq!(check(&document(16)), told);
    }

    #[test]
    fn a_circle_of_fragments_is_refused() {
        let circle = "{ ...A } fragment A on Query { b { ...B } } fragment B on Query { ...A }";
        let told = check(circle);

        assert!(told.starts_with("BAD_USER_INPUT: the fragment"), "{told}");
        assert!(told.ends_with("spreads itself"), "{told}");
    }

    #[test]
    fn inline_fragments_do_not_nest_beyond_brackets() {
        let inline = |depth: usize| format!("{}a{}", "...{".repeat(depth), "}".repeat(depth));
        let document = |depth| {
            format!(
                "{{ {} ...F }} fragment F on Query {{ {} ...G }} fragment G on Query {{ {} }}",
                inline(1),
                inline(1),
                inline(depth)
            )
        };

        assert_eq!(check(&document(60)), "fine");
        let nested = format!("{{...{{...{{...F}}}}}} fragment F on Query {{ {} }}", inline(62));
        assert!(check(&nested).contains("64 levels of selections"), "{}", check(&nested));
    }
}
