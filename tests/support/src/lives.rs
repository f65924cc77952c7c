//! Invented people for measuring memory: what each tells in thousands of turns, and questions of
//! which the answers are known. All of it follows from a seed.
//!
//! Facts are told once, some again in other words, some change. Around them people chat, ask,
//! quote others and imagine things, none of which is a fact about them. Questions come in seven
//! classes; for those of [`Class::Unanswerable`] nothing was ever told.

mod held;
mod said;
mod sealed;

use crate::random::Random;
use said::{CHAT, Field, OF_OTHERS, OF_SELF, OTHERS};

/// A person's part of a conversation.
#[derive(Clone, Debug)]
pub struct Life {
    /// What the person says, one message after the other.
    pub turns: Vec<Turn>,
    /// What can be asked behind all of it.
    pub questions: Vec<Question>,
}

/// One message.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The text.
    pub text: String,
    /// Whether it tells something of the person that lasts.
    pub tells: bool,
}

/// What a question is hard for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// One fact of the person.
    Single,
    /// A fact of somebody the person knows.
    Other,
    /// A fact of one of two people with the same name.
    Twin,
    /// A preference, asked for by what it would be good for.
    Preference,
    /// Two facts together.
    Multi,
    /// Something that has changed: the newest counts.
    Update,
    /// How it was before it changed.
    Past,
    /// Nothing was told of it.
    Unanswerable,
}

/// A question, and what answers it.
#[derive(Clone, Debug)]
pub struct Question {
    /// The text.
    pub text: String,
    /// What it is hard for.
    pub class: Class,
    /// Words of which each stands in one of the facts that answer it.
    pub evidence: Vec<String>,
    /// What was so before, where that changed.
    pub outdated: Option<String>,
}

/// Whose words they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// Those with which the search was tuned.
    First,
    /// Another author's, freer ones, which were looked at while the search was tuned: the
    /// questions and the chat. Facts are told as by the first, because rules are to find them;
    /// see [`tellings`].
    Second,
    /// A third author's, which were not looked at.
    Third,
}

impl Author {
    fn asked(self, field: &Field) -> &'static [&'static str] {
        self.wording(field).map_or(field.asked, |other| other.asked)
    }

    fn wording(self, field: &Field) -> Option<&'static said::Wording> {
        let of_others = field.values.is_empty();
        let all = match (self, of_others) {
            (Self::First, _) => return None,
            (Self::Second, false) => held::OF_SELF,
            (Self::Second, true) => held::OF_OTHERS,
            (Self::Third, false) => sealed::OF_SELF,
            (Self::Third, true) => sealed::OF_OTHERS,
        };
        all.iter().find(|other| other.what == field.what)
    }

    fn chat(self) -> &'static [&'static str] {
        match self {
            Self::First => CHAT,
            Self::Second => held::CHAT,
            Self::Third => sealed::CHAT,
        }
    }
}

/// Draws one of several, each at most once.
struct Deck {
    cards: Vec<&'static str>,
}

impl Deck {
    fn new(cards: &[&'static str]) -> Self {
        Self {
            cards: cards.to_vec(),
        }
    }

    fn draw(&mut self, random: &mut Random) -> Option<&'static str> {
        let most = u32::try_from(self.cards.len()).unwrap_or(u32::MAX);
        (most > 0).then(|| self.cards.swap_remove(random.below(most) as usize))
    }
}

fn one<'a, T: ?Sized>(random: &mut Random, all: &[&'a T]) -> &'a T {
    all[random.below(u32::try_from(all.len()).unwrap_or(1)) as usize]
}

/// A life of so many turns.
#[must_use]
pub fn life(seed: u64, turns: usize, author: Author) -> Life {
    let mut random = Random::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    for _ in 0..8 {
        random.bits();
    }
    let mut told: Vec<(String, bool)> = Vec::new();
    let mut questions = Vec::new();
    of_self(&mut random, author, &mut told, &mut questions);
    of_others(&mut random, author, &mut told, &mut questions);
    // In the order in which they were told, with chat between.
    let mut turns_left = turns.saturating_sub(told.len());
    let mut all = Vec::with_capacity(turns);
    let facts = told.len();
    for (at, (text, tells)) in told.into_iter().enumerate() {
        let chat = turns_left / (facts - at).max(1);
        for _ in 0..chat {
            all.push(Turn {
                text: chatter(&mut random, author),
                tells: false,
            });
        }
        turns_left -= chat;
        all.push(Turn { text, tells });
    }
    Life {
        turns: all,
        questions,
    }
}

fn of_self(
    random: &mut Random,
    author: Author,
    told: &mut Vec<(String, bool)>,
    questions: &mut Vec<Question>,
) {
    let mut again = Vec::new();
    for field in OF_SELF {
        let mut deck = Deck::new(field.values);
        let Some(value) = deck.draw(random) else {
            continue;
        };
        // A sixth of what could be told never is.
        if random.below(6) == 0 {
            questions.extend(asked(
                (&mut *random, author),
                field,
                "",
                Class::Unanswerable,
                &[],
                None,
            ));
            continue;
        }
        told.push((say(random, field, "", value), true));
        if random.below(4) == 0 {
            again.push((say(random, field, "", value), true));
        }
        let changes = field.changes && random.below(2) == 0;
        if let Some(newer) = deck.draw(random).filter(|_| changes) {
            again.push((say(random, field, "", newer), true));
            let (new, old) = (newer.to_owned(), value.to_owned());
            questions.extend(asked(
                (&mut *random, author),
                field,
                "",
                Class::Update,
                &[&new],
                Some(old.clone()),
            ));
            if let Some(before) = field.before.first() {
                questions.push(Question {
                    text: (*before).to_owned(),
                    class: Class::Past,
                    evidence: vec![old],
                    outdated: None,
                });
            }
        } else {
            let class = if field.preference {
                Class::Preference
            } else {
                Class::Single
            };
            questions.extend(asked(
                (&mut *random, author),
                field,
                "",
                class,
                &[value],
                None,
            ));
        }
    }
    told.extend(again);
}

fn of_others(
    random: &mut Random,
    author: Author,
    told: &mut Vec<(String, bool)>,
    questions: &mut Vec<Question>,
) {
    let mut names = Deck::new(said::NAMES);
    let mut cities = Deck::new(said::CITIES);
    let mut jobs = Deck::new(said::JOBS);
    let mut hobbies = Deck::new(said::HOBBIES);
    let mut relations = Deck::new(OTHERS);
    let Some(twin_name) = names.draw(random) else {
        return;
    };
    for place in 0..6 {
        let Some(relation) = relations.draw(random) else {
            return;
        };
        // Two of them have the same name.
        let twin = place < 2;
        let Some(name) = (if twin {
            Some(twin_name)
        } else {
            names.draw(random)
        }) else {
            return;
        };
        let whom = format!("my {relation} {name}");
        let asked_for = if twin {
            whom.clone()
        } else {
            format!("my {relation}")
        };
        told.push((format!("I have a {relation} called {name}."), true));
        let class = if twin { Class::Twin } else { Class::Other };
        for field in OF_OTHERS {
            let deck = match field.what {
                "home" => &mut cities,
                "job" => &mut jobs,
                _ => &mut hobbies,
            };
            let Some(value) = deck.draw(random) else {
                continue;
            };
            if random.below(3) == 0 {
                questions.extend(asked(
                    (&mut *random, author),
                    field,
                    &asked_for,
                    Class::Unanswerable,
                    &[],
                    None,
                ));
                continue;
            }
            told.push((say(random, field, &whom, value), true));
            questions.extend(asked(
                (&mut *random, author),
                field,
                &asked_for,
                class,
                &[value],
                None,
            ));
        }
        // Somebody whom only they know.
        if let (false, Some(partner), Some(place)) = (twin, names.draw(random), cities.draw(random))
        {
            told.push((
                format!("My {relation} {name} is married to {partner}."),
                true,
            ));
            told.push((format!("{partner} works at the {place} harbor."), true));
            questions.push(Question {
                text: format!("Where does the partner of my {relation} work?"),
                class: Class::Multi,
                evidence: vec![format!("married to {partner}"), format!("{place} harbor")],
                outdated: None,
            });
        }
    }
}

fn say(random: &mut Random, field: &Field, whom: &str, value: &str) -> String {
    let text = one(random, field.told)
        .replace("{v}", value)
        .replace("{w}", whom);
    let mut letters = text.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    first + letters.as_str()
}

fn asked(
    (random, author): (&mut Random, Author),
    field: &Field,
    whom: &str,
    class: Class,
    evidence: &[&str],
    outdated: Option<String>,
) -> Option<Question> {
    let text = one(random, author.asked(field)).replace("{w}", whom);
    Some(Question {
        text,
        class,
        evidence: evidence.iter().map(|&word| word.to_owned()).collect(),
        outdated,
    })
}

/// What people say that is no fact about them.
fn chatter(random: &mut Random, author: Author) -> String {
    let text = one(random, author.chat());
    let city = one(random, said::CITIES);
    let name = one(random, said::NAMES);
    let number = random.below(90) + 10;
    text.replace("{c}", city)
        .replace("{n}", name)
        .replace("{#}", &number.to_string())
}

/// A memory of somebody else's life, to fill a store with.
#[must_use]
pub fn filler(random: &mut Random) -> String {
    let (city, name, job, hobby) = (
        one(random, said::CITIES),
        one(random, said::NAMES),
        one(random, said::JOBS),
        one(random, said::HOBBIES),
    );
    let thing = one(random, said::THINGS);
    let number = random.below(900) + 10;
    let template = one(random, said::FILLERS);
    template
        .replace("{c}", city)
        .replace("{n}", name)
        .replace("{j}", job)
        .replace("{h}", hobby)
        .replace("{t}", thing)
        .replace("{#}", &number.to_string())
}

/// Every way in which facts of oneself are told in an author's words, each with what it tells.
#[must_use]
pub fn tellings(author: Author) -> Vec<(String, &'static str)> {
    let all = OF_SELF.iter().flat_map(|field| {
        let told = author.wording(field).map_or(field.told, |other| other.told);
        let value = field.values.first().copied().unwrap_or_default();
        told.iter()
            .map(move |text| (text.replace("{v}", value), value))
    });
    all.collect()
}
