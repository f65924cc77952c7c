//! What memory finds, and what it costs: ten invented lives of 2,000 turns, 90,000 memories of
//! others between, 100,000 in one hand for the times.
//!
//! The lives are made of a seed that was not used while the search was tuned;
//! `HEARTH_LIVES=SEED,TURNS,FILLERS` measures others. Beside each figure stand the baselines:
//! full text alone, vectors alone, the last ten messages.

mod chat;
mod hygiene;
mod store;

use std::collections::HashMap;
use std::time::Instant;

use hearth_core::Hearth;
use hearth_core::engine::Limits;
use hearth_core::folder::DataFolder;
use hearth_core::installed::Installed;
use hearth_core::memory::{FoundMemory, Query, Source};
use hearth_core::persona::Card;
use hearth_support::lives::{Author, Class, Life, Question, life};

use crate::report::{Goal, Report, percentile};
use crate::window;

use store::{Baseline, fill};

const PEOPLE: u64 = 10;
const SEED: u64 = 20_261_122;
const TURNS: usize = 2000;
const FILLERS: usize = 90_000;
/// Memories that one persona has when times are measured.
const MANY: usize = 100_000;
/// Memories that are looked at for an answer, at most.
const DEEP: usize = 10;
/// From the first turn on one is said every two hours.
const BETWEEN: f64 = 2.0 * 3_600_000.0;

/// A person who has told everything.
pub(crate) struct Person {
    pub(crate) persona: u32,
    pub(crate) life: Life,
    /// Milliseconds for each turn.
    pub(crate) times: Vec<f64>,
    /// What each turn left, by its place.
    pub(crate) learned: HashMap<usize, Vec<u32>>,
}

pub(crate) fn measure(report: &mut Report) {
    let (seed, turns, fillers) = wanted();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // Whoever tunes may look at the second author's words, and not at the third's.
    let tunes = std::env::var_os("HEARTH_LIVES").is_some();
    let other = if tunes { Author::Second } else { Author::Third };
    for (author, words) in [(Author::First, ""), (other, "asked by another author: ")] {
        let home = tempfile::tempdir().unwrap();
        runtime.block_on(async {
            let hearth = open(home.path());
            let mut people = Vec::new();
            for person in 0..PEOPLE {
                people.push(told(&hearth, life(seed + person, turns, author)).await);
            }
            hygiene::report(report, words, &hearth, &people).await;
            if author != Author::First {
                hygiene::understood(report, &hearth).await;
            }
            fill(&hearth, &people, fillers).await;
            quality(report, words, &hearth, &people).await;
            if turns == TURNS && author == Author::First {
                times(report, &hearth, &people).await;
            }
            hearth.close().await;
        });
        if turns == TURNS && author == Author::First {
            starts(report, home.path());
            runtime.block_on(chat::prefix(report));
        }
    }
}

fn wanted() -> (u64, usize, usize) {
    let wished = std::env::var("HEARTH_LIVES").unwrap_or_default();
    let mut parts = wished
        .split(',')
        .filter_map(|part| part.parse::<usize>().ok());
    let seed = parts.next().map_or(SEED, |seed| seed as u64);
    (
        seed,
        parts.next().unwrap_or(TURNS),
        parts.next().unwrap_or(FILLERS),
    )
}

pub(crate) fn open(folder: &std::path::Path) -> Hearth {
    let folder = DataFolder::open(Some(folder)).unwrap();
    Hearth::open_with(folder, Installed::find().unwrap(), Limits::default()).unwrap()
}

async fn told(hearth: &Hearth, life: Life) -> Person {
    let card = Card {
        name: "Iris".into(),
        ..Card::default()
    };
    let persona = hearth.personas.add(card).await.unwrap();
    let start = jiff::Timestamp::now().as_millisecond() as f64 - life.turns.len() as f64 * BETWEEN;
    let mut person = Person {
        persona,
        times: Vec::new(),
        learned: HashMap::new(),
        life,
    };
    for (place, turn) in person.life.turns.iter().enumerate() {
        let source = Source {
            text: turn.text.clone(),
            message: None,
            at: start + place as f64 * BETWEEN,
        };
        let began = Instant::now();
        let learned = hearth.memories.learn(&source, Some(persona)).await.unwrap();
        person.times.push(began.elapsed().as_secs_f64() * 1000.0);
        if !learned.is_empty() {
            person.learned.insert(place, learned);
        }
    }
    person
}

/// How one way to search did.
#[derive(Default)]
struct Score {
    asked: HashMap<Class, f64>,
    any5: HashMap<Class, f64>,
    any10: HashMap<Class, f64>,
    all10: HashMap<Class, f64>,
    newest: f64,
    updates: f64,
    silent: f64,
}

impl Score {
    fn add(&mut self, question: &Question, found: &[String]) {
        let class = question.class;
        *self.asked.entry(class).or_default() += 1.0;
        if class == Class::Unanswerable {
            self.silent += f64::from(found.is_empty());
            return;
        }
        let place = |word: &str| {
            found
                .iter()
                .position(|text| text.to_lowercase().contains(&word.to_lowercase()))
        };
        let places: Vec<Option<usize>> = question.evidence.iter().map(|word| place(word)).collect();
        let within = |most: usize| {
            places
                .iter()
                .filter(|place| place.is_some_and(|place| place < most))
                .count()
        };
        *self.any5.entry(class).or_default() += f64::from(within(5) > 0);
        *self.any10.entry(class).or_default() += f64::from(within(10) > 0);
        *self.all10.entry(class).or_default() += f64::from(within(10) == places.len());
        if let Some(outdated) = &question.outdated {
            self.updates += 1.0;
            let (newest, old) = (places[0], place(outdated));
            self.newest +=
                f64::from(newest.is_some_and(|newest| old.is_none_or(|old| newest < old)));
        }
    }

    fn share(&self, of: &HashMap<Class, f64>) -> f64 {
        let answerable = self
            .asked
            .iter()
            .filter(|(class, _)| **class != Class::Unanswerable);
        of.values().sum::<f64>() / answerable.map(|(_, count)| count).sum::<f64>() * 100.0
    }
}

async fn quality(report: &mut Report, author: &str, hearth: &Hearth, people: &[Person]) {
    let (mut ours, mut words, mut vectors, mut last) = (
        Score::default(),
        Score::default(),
        Score::default(),
        Score::default(),
    );
    let talkative = std::env::var_os("HEARTH_LIVES_SHOW").is_some();
    for person in people {
        let baseline = Baseline::read(hearth, person.persona);
        for question in &person.life.questions {
            let vector = hearth.memories.vector_of(&question.text).await.unwrap();
            let query = Query {
                text: question.text.clone(),
                persona: Some(person.persona),
                most: DEEP,
                ..Query::default()
            };
            let found = hearth
                .memories
                .search(&query, Some(&vector))
                .await
                .unwrap()
                .found;
            let texts = |found: &[FoundMemory]| -> Vec<String> {
                found.iter().map(|one| one.memory.text.clone()).collect()
            };
            let found = texts(&found);
            if talkative {
                tell(question, &found, &baseline.texts());
            }
            ours.add(question, &found);
            words.add(question, &baseline.by_words(&question.text, DEEP));
            vectors.add(question, &baseline.by_vector(&vector, DEEP));
            let recent = person
                .life
                .turns
                .iter()
                .rev()
                .take(10)
                .map(|turn| turn.text.clone());
            last.add(question, &recent.collect::<Vec<_>>());
        }
    }
    let count: f64 = ours.asked.values().sum();
    let mut line = |what: &str, of: fn(&Score) -> f64, goal: Goal| {
        for (name, base) in [
            ("full text alone", &words),
            ("vectors alone", &vectors),
            ("the last 10 messages", &last),
        ] {
            report.add(
                &format!("{author}{what}, of {count} questions, against {name}"),
                "%",
                &[of(&ours)],
                &[of(base)],
                goal,
            );
        }
    };
    line(
        "evidence any@5",
        |score| score.share(&score.any5),
        Goal::AtLeast(85.0),
    );
    line(
        "evidence any@10",
        |score| score.share(&score.any10),
        Goal::AtLeast(94.0),
    );
    line(
        "evidence all@10",
        |score| score.share(&score.all10),
        Goal::AtLeast(85.0),
    );
    line(
        "newest fact above the superseded",
        |score| score.newest / score.updates * 100.0,
        Goal::AtLeast(97.0),
    );
    line(
        "nothing given for what was never told",
        |score| score.silent / score.asked[&Class::Unanswerable] * 100.0,
        Goal::AtLeast(90.0),
    );
    by_class(report, author, &ours, &vectors);
}

fn by_class(report: &mut Report, author: &str, ours: &Score, vectors: &Score) {
    let mut classes: Vec<Class> = ours.asked.keys().copied().collect();
    classes.sort();
    for class in classes
        .into_iter()
        .filter(|class| *class != Class::Unanswerable)
    {
        let of = |score: &Score| {
            score.any5.get(&class).copied().unwrap_or_default() / score.asked[&class] * 100.0
        };
        let what = format!(
            "{author}evidence any@5, {class:?}, {} questions, against vectors alone",
            ours.asked[&class]
        );
        report.add(&what, "%", &[of(ours)], &[of(vectors)], Goal::None);
    }
}

/// Shows what went wrong, for whoever tunes.
fn tell(question: &Question, found: &[String], there: &[String]) {
    let held = |word: &String| {
        found
            .iter()
            .take(5)
            .any(|text| text.to_lowercase().contains(&word.to_lowercase()))
    };
    let wrong = match question.class {
        Class::Unanswerable => !found.is_empty(),
        _ => !question.evidence.iter().any(held),
    };
    if wrong {
        let kept = |word: &String| {
            there
                .iter()
                .any(|text| text.to_lowercase().contains(&word.to_lowercase()))
        };
        let absent = if question.evidence.iter().all(kept) {
            ""
        } else {
            "ABSENT "
        };
        println!(
            "MISSED {absent}{:?} {} | wanted {:?} | found {found:?}",
            question.class, question.text, question.evidence
        );
    }
}

async fn times(report: &mut Report, hearth: &Hearth, people: &[Person]) {
    let person = &people[0];
    store::gather(hearth, person.persona, MANY);
    let baseline = Baseline::read(hearth, person.persona);
    let mut vectors = Vec::new();
    for question in people
        .iter()
        .flat_map(|person| &person.life.questions)
        .take(600)
    {
        vectors.push((
            question.text.clone(),
            hearth.memories.vector_of(&question.text).await.unwrap(),
        ));
    }
    let (mut ours, mut words) = (Vec::new(), Vec::new());
    for round in 0..3 {
        for (text, vector) in &vectors {
            let query = Query {
                text: text.clone(),
                persona: Some(person.persona),
                most: 5,
                ..Query::default()
            };
            let began = Instant::now();
            drop(hearth.memories.search(&query, Some(vector)).await.unwrap());
            if round > 0 {
                ours.push(began.elapsed().as_secs_f64() * 1000.0);
            }
        }
    }
    for (text, _) in vectors.iter().take(100) {
        let began = Instant::now();
        drop(baseline.by_words(text, 5));
        words.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    let count = store::count(hearth, person.persona);
    for (name, percent, goal) in [("p50", 50, 3.0), ("p99", 99, 15.0)] {
        let (ours, words) = (percentile(&ours, percent), percentile(&words, percent));
        let what =
            format!("recall among {count} memories, {name}, against one FTS5 query of all words");
        report.add(&what, "ms", &[ours], &[words], Goal::AtMost(goal));
    }
    let mut adding = Vec::new();
    for round in 0..200 {
        let text = format!("The user's locker at the club is number {round}.");
        let began = Instant::now();
        hearth
            .memories
            .add(&text, Some(person.persona))
            .await
            .unwrap();
        adding.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    report.add(
        "adding a memory among them, p95",
        "ms",
        &[percentile(&adding, 95)],
        &[f64::NAN],
        Goal::AtMost(10.0),
    );
}

fn starts(report: &mut Report, home: &std::path::Path) {
    let empty = tempfile::tempdir().unwrap();
    window::once(window::hearth(empty.path()));
    window::once(window::hearth(home));
    let (mut ours, mut base) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        base.push(window::once(window::hearth(empty.path())).0);
        ours.push(window::once(window::hearth(home)).0);
    }
    report.add(
        "start with 100,000 memories, against none",
        "ms",
        &ours,
        &base,
        Goal::AboveAtMost(100.0),
    );
}
