//! What coaches keep in mind.

use {
    super::{
        assistant::{Assistant, Manner},
        chance::Chance,
        phrases::Cast,
        world::{At, World},
    },
    chrono::TimeDelta,
    entity::{
        coaching::coaching_note::{self, NoteType},
        id::{PairingId, UserId},
    },
};

/// How many assistants and pairings of a hundred have a note.
const ON_ASSISTANTS: f64 = 0.7;
const ON_PAIRINGS: f64 = 0.45;
/// Whoever has worse luck than this is written about with more worry.
const MIXED_ABOVE: f64 = 0.02;
const POOR_ABOVE: f64 = 0.06;

pub(super) fn on_assistant(
    world: &World,
    assistant: &Assistant,
    chance: &mut Chance,
) -> Option<coaching_note::Model> {
    if !chance.happens(ON_ASSISTANTS) {
        return None;
    }
    let cast = Cast {
        trade: 0,
        client: "the client",
        assistant: assistant.person.name.given,
        contacts: ["the client"; 5],
        vendors: ["a vendor"; 3],
        projects: ["a project"; 3],
        tools: ["a tool"; 2],
        joined: &assistant.joined,
        place: assistant.place,
    };
    let manner = match assistant.temper.manner {
        Manner::Steady => "ea-note.steady",
        Manner::Unreliable => "ea-note.unreliable",
        Manner::Late => "ea-note.late",
        Manner::Terse => "ea-note.terse",
        Manner::Strained => "ea-note.strained",
    };
    let mut content = world.phrases.say("ea-note.opening", &cast, chance);
    content.push('\n');
    world.phrases.add(manner, &cast, chance, &mut content);
    let coach = world.staff.coaches[assistant.number % world.staff.coaches.len()].id;
    let (at, edits) = written(world, assistant.person.created_at, chance);
    Some(coaching_note::Model {
        id: chance.id(at.0),
        note_type: NoteType::EaLevel,
        ea_id: Some(assistant.id()),
        pairing_id: None,
        content,
        updated_by: coach,
        version: edits,
        created_at: at.0.into(),
        updated_at: at.1.into(),
    })
}

pub(super) fn on_pairing(
    world: &World,
    (pairing, since, lead): (PairingId, At, UserId),
    (misfortune, cast): (f64, &Cast<'_>),
    chance: &mut Chance,
) -> Option<coaching_note::Model> {
    if !chance.happens(ON_PAIRINGS) {
        return None;
    }
    let section = match misfortune {
        it if it > POOR_ABOVE => "pairing-note.poor",
        it if it > MIXED_ABOVE => "pairing-note.mixed",
        _ => "pairing-note.good",
    };
    let (at, edits) = written(world, since, chance);
    Some(coaching_note::Model {
        id: chance.id(at.0),
        note_type: NoteType::PairingLevel,
        ea_id: None,
        pairing_id: Some(pairing),
        content: world.phrases.say(section, cast, chance),
        updated_by: lead,
        version: edits,
        created_at: at.0.into(),
        updated_at: at.1.into(),
    })
}

/// When a note was written first and last, and the version that it has come to.
fn written(world: &World, since: At, chance: &mut Chance) -> ((At, At), i32) {
    let seconds = (world.horizon - since).num_seconds().max(2);
    let first = chance.between(0, seconds / 2);
    let is_edited = chance.happens(0.6);
    let last = if is_edited { chance.between(first, seconds - 1) } else { first };
    let at = |seconds| since + TimeDelta::seconds(seconds);
    let edits = if is_edited { chance.between(2, 6) } else { 1 };
    ((at(first), at(last)), i32::try_from(edits).unwrap_or(1))
}
