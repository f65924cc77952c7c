//! What is left of thousands of turns: whether it is worth keeping, and only once.

use std::collections::HashSet;

use hearth_core::Hearth;
use hearth_core::memory::Source;
use hearth_core::persona::Card;
use hearth_core::store::memories::MemoryFilter;
use hearth_support::lives::{Author, tellings};

use super::Person;
use crate::report::{Goal, Report, percentile};

pub(super) async fn report(report: &mut Report, author: &str, hearth: &Hearth, people: &[Person]) {
    let (mut all, mut junk, mut exact, mut near, mut missed, mut telling) =
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    let mut times = Vec::new();
    for person in people {
        let filter = MemoryFilter {
            persona: Some(person.persona),
            ..MemoryFilter::default()
        };
        let held = hearth.memories.list(filter).await.unwrap();
        all += held.len() as f64;
        let ids: HashSet<u32> = held.iter().map(|one| one.id).collect();
        for (place, turn) in person.life.turns.iter().enumerate() {
            let learned = person.learned.get(&place);
            if !turn.tells {
                junk += learned
                    .into_iter()
                    .flatten()
                    .filter(|id| ids.contains(id))
                    .count() as f64;
            }
            telling += f64::from(turn.tells);
        }
        let said: Vec<HashSet<String>> = held.iter().map(|one| words(&one.text)).collect();
        for (place, one) in held.iter().enumerate() {
            exact += held[place + 1..]
                .iter()
                .filter(|other| other.text.to_lowercase() == one.text.to_lowercase())
                .count() as f64;
            let same = |other: &HashSet<String>| {
                !other.is_empty() && other.symmetric_difference(&said[place]).count() <= 1
            };
            near += f64::from(said[place + 1..].iter().any(same));
        }
        // What a question needs has to be there at all.
        for question in &person.life.questions {
            let there = |word: &String| {
                held.iter()
                    .any(|one| one.text.to_lowercase().contains(&word.to_lowercase()))
            };
            let past = question.class == hearth_support::lives::Class::Past;
            missed += f64::from(!past && !question.evidence.iter().all(there));
        }
        times.extend_from_slice(&person.times);
    }
    let turns = times.len();
    let none = [f64::NAN];
    report.add(
        &format!("{author}junk among {all} memories of {turns} turns"),
        "%",
        &[junk / all * 100.0],
        &none,
        Goal::AtMost(10.0),
    );
    report.add(
        &format!("{author}exact duplicates"),
        "",
        &[exact],
        &none,
        Goal::AtMost(0.0),
    );
    report.add(
        &format!("{author}near-duplicates"),
        "%",
        &[near / all * 100.0],
        &none,
        Goal::AtMost(2.0),
    );
    let questions: usize = people
        .iter()
        .map(|person| person.life.questions.len())
        .sum();
    let what = format!(
        "{author}of {questions} questions, those whose facts ({telling} told) were not all kept"
    );
    report.add(
        &what,
        "%",
        &[missed / questions as f64 * 100.0],
        &none,
        Goal::None,
    );
    report.add(
        "a turn read for memories by rules, p95, with the vector of what was new",
        "ms",
        &[percentile(&times, 95)],
        &none,
        Goal::None,
    );
}

/// Which share of the ways to tell something rules understand.
pub(super) async fn understood(report: &mut Report, hearth: &Hearth) {
    for (author, words) in [
        (Author::Third, "another author's words"),
        (Author::First, "the words of tuning"),
        (
            Author::Second,
            "another author's words, some of them very free",
        ),
    ] {
        let tellings = tellings(author);
        let mut kept = 0.0;
        for (text, value) in &tellings {
            let persona = hearth
                .personas
                .add(Card {
                    name: "Iris".into(),
                    ..Card::default()
                })
                .await
                .unwrap();
            let source = Source {
                text: text.clone(),
                ..Source::default()
            };
            hearth.memories.learn(&source, Some(persona)).await.unwrap();
            let filter = MemoryFilter {
                persona: Some(persona),
                ..MemoryFilter::default()
            };
            let held = hearth.memories.list(filter).await.unwrap();
            let said = |text: &str| text.to_lowercase().contains(&value.to_lowercase());
            kept += f64::from(held.iter().any(|one| said(&one.text)));
        }
        let what = format!(
            "of {} ways to tell a fact in {words}, understood by rules alone",
            tellings.len()
        );
        report.add(
            &what,
            "%",
            &[kept / tellings.len() as f64 * 100.0],
            &[f64::NAN],
            Goal::None,
        );
    }
}

/// The words of a memory that tell something.
fn words(text: &str) -> HashSet<String> {
    let words = text.split(|sign: char| !sign.is_alphanumeric());
    words
        .filter(|word| word.len() > 2)
        .map(str::to_lowercase)
        .collect()
}
