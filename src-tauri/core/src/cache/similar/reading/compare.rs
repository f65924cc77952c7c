//! Whether two readings say the same.

use super::{Reading, Said, typing};

/// Whether two questions say the same, as they are written.
pub(super) fn says_same(one: &Reading, other: &Reading) -> bool {
    if one.language != other.language
        || one.persons != other.persons
        || !same_marks(&one.marks, &other.marks)
    {
        return false;
    }
    let Some(first) = typing::corrected(one, other) else {
        return false;
    };
    same_exact(&one.exact, &other.exact)
        && same_order(&Spoken::of(one, &first), &Spoken::of(other, &other.said))
        && roles_agree(&all(one, &first), &all(other, &other.said))
}

/// A request that asks for nothing in particular, "capital of Peru", asks what it is.
fn same_marks(one: &[String], other: &[String]) -> bool {
    let is_what = |marks: &[String]| matches!(marks, [mark] if mark == "what" || mark == "write");
    one == other || (one.is_empty() && is_what(other)) || (other.is_empty() && is_what(one))
}

fn all(reading: &Reading, said: &[Said]) -> Vec<Said> {
    let exact = reading.exact.iter().map(|exact| Said {
        word: bare(&exact.word).to_owned(),
        role: exact.role,
    });
    exact.chain(said.iter().cloned()).collect()
}

/// A number without what is counted.
fn bare(word: &str) -> &str {
    match word.split_once(' ') {
        Some((number, _)) if number.bytes().all(|byte| byte.is_ascii_digit()) => number,
        _ => word,
    }
}

/// Whether the same things stand there letter by letter: in any order, unless there is a sign
/// between them that may mean that order.
fn same_exact(one: &[Said], other: &[Said]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    // What a lone number counts may stand elsewhere: "port 22 is used", "22 is the port".
    if let ([one], [other]) = (one, other)
        && (bare(&one.word) == one.word || bare(&other.word) == other.word)
    {
        return bare(&one.word) == bare(&other.word);
    }
    let is_sign = |said: &Said| said.word.chars().all(|letter| !letter.is_alphanumeric());
    let words =
        |all: &[Said]| -> Vec<String> { all.iter().map(|said| said.word.clone()).collect() };
    let (mut first, mut second) = (words(one), words(other));
    if !one.iter().any(is_sign) {
        first.sort_unstable();
        second.sort_unstable();
    }
    first == second
}

/// The words of a reading with what is known of their places.
struct Spoken<'a> {
    reading: &'a Reading,
    said: &'a [Said],
}

impl<'a> Spoken<'a> {
    fn of(reading: &'a Reading, said: &'a [Said]) -> Self {
        Self { reading, said }
    }

    /// The orders in which the words may be put: "the price of the red car" is "the red car price".
    fn orders(&self) -> Vec<Vec<&'a Said>> {
        /// Words of which something may be.
        const LONGEST: usize = 3;
        let mut orders: Vec<Vec<usize>> = vec![(0..self.said.len()).collect()];
        for &link in self.reading.links.iter().rev().take(3) {
            let mut next = Vec::new();
            for order in &orders {
                let Some(place) = order.iter().position(|&at| at + 1 == link) else {
                    continue;
                };
                for length in 1..=LONGEST.min(order.len() - 1 - place) {
                    let mut moved = order.clone();
                    moved[place..=place + length].rotate_left(1);
                    next.push(moved);
                }
            }
            if !next.is_empty() {
                orders = next;
            }
        }
        for &pair in self.reading.pairs.iter().take(2) {
            for mut order in orders.clone() {
                if let Some(place) = order.windows(2).position(|two| two == [pair - 1, pair]) {
                    order.swap(place, place + 1);
                    orders.push(order);
                }
            }
        }
        let words = |order: Vec<usize>| order.into_iter().map(|at| &self.said[at]).collect();
        orders.into_iter().map(words).collect()
    }
}

/// Whether the same words stand there, those without a role in the same order.
fn same_order(one: &Spoken<'_>, other: &Spoken<'_>) -> bool {
    let sorted = |all: &[Said]| {
        let mut words: Vec<String> = all.iter().map(|said| said.word.clone()).collect();
        words.sort_unstable();
        words
    };
    if sorted(one.said) != sorted(other.said) {
        return false;
    }
    let in_both =
        |said: &Said| said.role.is_empty() && one.said.contains(said) && other.said.contains(said);
    let free: Vec<&Said> = one
        .said
        .iter()
        .filter(|said| in_both(said) && PARTICLES.contains(&said.word.as_str()))
        .collect();
    let in_order = |order: Vec<&Said>, without: &[&Said]| -> Vec<Said> {
        order
            .into_iter()
            .filter(|said| in_both(said) && !without.contains(said))
            .cloned()
            .collect()
    };
    let same = |without: &[&Said]| {
        let second: Vec<Vec<Said>> = other
            .orders()
            .into_iter()
            .map(|order| in_order(order, without))
            .collect();
        one.orders()
            .into_iter()
            .any(|order| second.contains(&in_order(order, without)))
    };
    same(&[]) || (!free.is_empty() && same(&free))
}

/// Words that stand behind a verb or behind what it is done to: "switch it off", "switch off the light".
const PARTICLES: &[&str] = &["off", "up", "out", "down", "away"];

/// Whether no word has changed its role for one that means something else, and no two words have
/// changed places.
fn roles_agree(one: &[Said], other: &[Said]) -> bool {
    let mut left: Vec<&Said> = one.iter().filter(|said| !other.contains(said)).collect();
    let mut right: Vec<&Said> = other.iter().filter(|said| !one.contains(said)).collect();
    left.sort_unstable();
    right.sort_unstable();
    let mut moves: Vec<(&str, &str)> = Vec::new();
    for (before, after) in left.iter().zip(&right) {
        let is_choice = before.role == "or" || after.role == "or";
        if before.word != after.word || !is_choice && !is_loose(before.role, after.role) {
            return false;
        }
        moves.push((before.role, after.role));
    }
    // "A or B" is "B or A".
    if let [(one, other), (next, last)] = moves[..]
        && one == last
        && other == next
    {
        return left.len() == right.len() && (one == "or" || other == "or");
    }
    let is_choice = |&(from, to): &(&str, &str)| from == "or" || to == "or";
    left.len() == right.len()
        && !moves.iter().any(is_choice)
        && !moves
            .iter()
            .any(|&(from, _)| moves.iter().any(|&(_, to)| from == to))
}

fn is_loose(one: &str, other: &str) -> bool {
    let near = |pair: &(&str, &str)| *pair == (one, other) || *pair == (other, one);
    (LOOSE.contains(&one) && LOOSE.contains(&other)) || NEAR.iter().any(near)
}

/// Roles that one may put in another way: "floats on water", "floats in water".
const LOOSE: &[&str] = &[
    "", "in", "on", "at", "for", "with", "about", "during", "when", "like",
];

/// Roles of which one may stand for the other, though not for any.
const NEAR: &[(&str, &str)] = &[
    ("into", "to"),
    ("into", "in"),
    ("onto", "to"),
    ("onto", "on"),
    ("into", "onto"),
];
