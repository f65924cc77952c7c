//! The database beside Hearth: filled quickly, and searched in plainer ways.

use hearth_core::Hearth;
use hearth_support::lives::filler;
use hearth_support::random::Random;
use rusqlite::{Connection, params};

use super::Person;

/// Fillers that are really embedded; the others are near to one of them.
const EMBEDDED: usize = 1500;

fn database(hearth: &Hearth) -> Connection {
    let connection = Connection::open(hearth.store.path()).unwrap();
    connection
        .busy_timeout(std::time::Duration::from_secs(30))
        .unwrap();
    connection
}

/// Puts memories of other lives between those of the people.
pub(super) async fn fill(hearth: &Hearth, people: &[Person], count: usize) {
    let mut random = Random::new(4711);
    let mut first: Vec<(String, Vec<i8>)> = Vec::new();
    while first.len() < EMBEDDED.min(count) {
        let text = filler(&mut random);
        let vector = hearth.memories.vector_of(&text).await.unwrap();
        first.push((text, vector));
    }
    let mut connection = database(hearth);
    let transaction = connection.transaction().unwrap();
    for number in 0..count {
        let persona = people[number % people.len()].persona;
        let (text, vector) = match first.get(number) {
            Some((text, vector)) => (text.clone(), vector.clone()),
            None => (filler(&mut random), near(&mut random, &first)),
        };
        insert(
            &transaction,
            persona,
            &format!("{text} ({number})"),
            &vector,
        );
    }
    transaction.commit().unwrap();
}

fn near(random: &mut Random, first: &[(String, Vec<i8>)]) -> Vec<i8> {
    let (_, vector) = &first[random.below(first.len() as u32) as usize];
    vector
        .iter()
        .map(|&value| value.saturating_add(random.below(9) as i8 - 4))
        .collect()
}

fn insert(connection: &Connection, persona: u32, text: &str, vector: &[i8]) {
    connection
        .prepare_cached(
            "INSERT INTO memories (text, form, kind, topic, importance, reason, origin, persona_id, valid_from, created_at)
             VALUES (?1, ?2, 'fact', 'other', 0.5, '', 'rule', ?3, 1.7e12 + abs(random() % 80000000000), 0)",
        )
        .unwrap()
        .execute(params![text, text.to_lowercase(), persona])
        .unwrap();
    let bytes: Vec<u8> = vector.iter().map(|value| value.cast_unsigned()).collect();
    connection
        .prepare_cached(
            "INSERT INTO memory_vectors VALUES (last_insert_rowid(), 'all-minilm-l6-v2-q8_0', ?1)",
        )
        .unwrap()
        .execute([bytes])
        .unwrap();
}

/// Gives all fillers to one persona, and as many more as make it so many.
pub(super) fn gather(hearth: &Hearth, persona: u32, many: usize) {
    let mut connection = database(hearth);
    let transaction = connection.transaction().unwrap();
    transaction
        .execute(
            "UPDATE memories SET persona_id = ?1 WHERE topic = 'other' AND reason = ''",
            [persona],
        )
        .unwrap();
    let missing = many.saturating_sub(count(hearth, persona).max(held(&transaction, persona)));
    let vector: Vec<u8> = vec![3; 384];
    let vector: Vec<i8> = vector.into_iter().map(u8::cast_signed).collect();
    let mut random = Random::new(815);
    for number in 0..missing {
        insert(
            &transaction,
            persona,
            &format!("{} (more {number})", filler(&mut random)),
            &vector,
        );
    }
    transaction.commit().unwrap();
}

fn held(connection: &Connection, persona: u32) -> usize {
    let count = "SELECT count(*) FROM memories WHERE persona_id = ? AND deleted_at IS NULL";
    connection
        .query_row(count, [persona], |row| row.get::<_, u32>(0))
        .unwrap() as usize
}

pub(super) fn count(hearth: &Hearth, persona: u32) -> usize {
    held(&database(hearth), persona)
}

/// Searches as they are done without all that is measured here.
pub(super) struct Baseline {
    connection: Connection,
    persona: u32,
    rows: Vec<(String, Vec<i8>)>,
}

impl Baseline {
    pub(super) fn read(hearth: &Hearth, persona: u32) -> Self {
        let connection = database(hearth);
        let rows = connection
            .prepare("SELECT text, vector FROM memories JOIN memory_vectors ON memory_id = id WHERE persona_id = ?")
            .unwrap()
            .query_map([persona], |row| {
                let bytes: Vec<u8> = row.get(1)?;
                Ok((row.get(0)?, bytes.into_iter().map(u8::cast_signed).collect()))
            })
            .unwrap()
            .map(Result::unwrap)
            .collect();
        Self {
            connection,
            persona,
            rows,
        }
    }

    /// All memories of the persona.
    pub(super) fn texts(&self) -> Vec<String> {
        self.rows.iter().map(|(text, _)| text.clone()).collect()
    }

    /// The best by BM25 over any of the words.
    pub(super) fn by_words(&self, text: &str, most: usize) -> Vec<String> {
        let words = text
            .split(|sign: char| !sign.is_alphanumeric())
            .filter(|word| !word.is_empty());
        let any = words
            .map(|word| format!("\"{word}\""))
            .collect::<Vec<_>>()
            .join(" OR ");
        self.connection
            .prepare_cached(
                "SELECT memories.text FROM memories_words JOIN memories ON memories.id = memories_words.rowid
                 WHERE memories_words MATCH ?1 AND persona_id = ?2 ORDER BY memories_words.rank LIMIT ?3",
            )
            .unwrap()
            .query_map(params![any, self.persona, most as u32], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }

    /// The nearest by cosine.
    pub(super) fn by_vector(&self, query: &[i8], most: usize) -> Vec<String> {
        let dot = |vector: &[i8]| -> i32 {
            vector
                .iter()
                .zip(query)
                .map(|(&one, &other)| i32::from(one) * i32::from(other))
                .sum()
        };
        let mut scored: Vec<(i32, &String)> = self
            .rows
            .iter()
            .map(|(text, vector)| (dot(vector), text))
            .collect();
        scored.sort_by_key(|(dot, _)| -dot);
        scored
            .into_iter()
            .take(most)
            .map(|(_, text)| text.clone())
            .collect()
    }
}
