//! Errors of typing.

use super::{Language, Reading, Said};

/// More errors than these are another text.
const ERRORS: usize = 2;

/// What the first reading says, in the spelling of the second; none where there are words that
/// cannot be the same.
pub(super) fn corrected(one: &Reading, other: &Reading) -> Option<Vec<Said>> {
    let (left, right) = (only_in(one, other), only_in(other, one));
    // The words that differ so little are known for English only: "poisson" and "poison".
    let most = if one.language == Language::English {
        ERRORS
    } else {
        0
    };
    if left.len() != right.len() || left.len() > most {
        return None;
    }
    let mut said = one.said.clone();
    let mut free = right;
    for at in left {
        let raw = one.raw.get(at)?;
        let found = free
            .iter()
            .position(|&to| other.raw.get(to).is_some_and(|other| is_error(raw, other)))?;
        let to = free.remove(found);
        said[at].word.clone_from(&other.said.get(to)?.word);
    }
    Some(said)
}

/// Where words stand that the other does not say, or not as often.
fn only_in(one: &Reading, other: &Reading) -> Vec<usize> {
    let mut theirs: Vec<&str> = other.said.iter().map(|said| said.word.as_str()).collect();
    let mut only = Vec::new();
    for (at, said) in one.said.iter().enumerate() {
        match theirs.iter().position(|word| *word == said.word) {
            Some(place) => {
                theirs.swap_remove(place);
            }
            None => only.push(at),
        }
    }
    only
}

/// Whether one of two words is the other with an error: a letter doubled or not doubled, two
/// letters swapped, or a letter left out. Names, and words that are both known, are not.
fn is_error(one: &str, other: &str) -> bool {
    let (one, other) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let (short, long): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if short.len() < 5 || short.first() != long.first() || short.last() != long.last() {
        return false;
    }
    if REAL.contains(&one) && REAL.contains(&other) {
        return false;
    }
    let Some(at) = short.iter().zip(&long).position(|(a, b)| a != b) else {
        // Only the last letter is doubled: "stories", "storiess".
        return long.len() == short.len() + 1;
    };
    if long.len() == short.len() {
        let is_swapped =
            at + 1 < short.len() && short[at] == long[at + 1] && short[at + 1] == long[at];
        return is_swapped && short[at + 2..] == long[at + 2..];
    }
    let is_doubled = long[at] == long[at - 1];
    long.len() == short.len() + 1
        && short[at..] == long[at + 1..]
        && (is_doubled || short.len() >= 6)
}

/// English words that differ so little from another one.
#[rustfmt::skip]
const REAL: &[&str] = &[
    "desert", "dessert", "diner", "dinner", "later", "latter", "super", "supper", "hoping", "hopping",
    "taping", "tapping", "planing", "planning", "staring", "starring", "striped", "stripped", "scared",
    "scarred", "sacred", "biding", "bidding", "riding", "ridding", "cuter", "cutter", "barring", "gripped",
    "sniper", "snipper", "mopping", "wiping", "timing", "caned", "canned", "pined", "pinned", "robed",
    "robbed", "taped", "tapped", "hoped", "hopped", "planed", "planned", "county", "country", "cousin",
    "cuisine", "private", "pirate", "health", "heath", "morning", "mourning", "through", "thorough", "though",
    "thought", "finish", "finnish", "singer", "signer", "singed", "signed", "marital", "martial", "casual",
    "causal", "united", "untied", "diary", "dairy", "angel", "angle", "trail", "trial", "quiet", "quite",
    "bread", "beard", "barley", "barely", "silver", "sliver", "carve", "crave", "calvary", "cavalry",
    "perfect", "prefect", "immoral", "immortal", "uniformed", "uninformed", "stimulate", "simulate",
    "stimulation", "simulation", "stimulator", "simulator", "contact", "contract", "contacts", "contracts",
    "vacation", "vaccination", "cannon", "canon", "clothes", "cloths", "carton", "cartoon", "medial",
    "medical", "poplar", "popular", "statue", "statute", "statues", "statutes", "tortuous", "torturous",
    "lighting", "lightning", "lightening", "mediation", "meditation", "medication", "collision", "collusion",
    "decent", "descent", "founder", "flounder", "fires", "fries", "files", "flies", "tiles", "tries", "tires",
    "satin", "stain", "slain", "filed", "field", "weird", "wired", "breath", "breadth", "beach", "bleach",
    "friend", "fried", "bride", "bridge", "price", "prince", "prices", "princes", "planet", "plant", "window",
    "widow", "batter", "barter", "coral", "corral", "carat", "carrot", "polar", "tiger", "trigger", "eater",
    "easter", "chili", "chilli", "hanger", "hangar", "matter", "mater", "meter", "pasty", "pastry", "costume",
    "custom", "costumer", "customer", "director", "directory", "infarction", "infraction", "inflation",
    "inflammation", "fiance", "finance", "insure", "inshore", "latest", "liter", "litter", "liters",
    "litters", "mines", "organ", "oregano", "parley", "parsley", "palate", "palette", "pallet", "patent",
    "patient", "patients", "patents", "pedal", "petal", "piston", "pistol", "pleas", "please", "posses",
    "possess", "princess", "proceed", "precede", "refuse", "reuse", "relay", "replay", "reverse", "revere",
    "reserve", "salon", "saloon", "savor", "savior", "saver", "scarce", "scare", "sever", "severe", "several",
    "shepherd", "signal", "single", "spilt", "split", "steam", "stream", "steams", "streams", "strip",
    "storage", "strange", "stranger", "sweat", "sweet", "threat", "treat", "throat", "tornado", "trailer",
    "trainer", "unite", "untie", "venous", "venomous", "wander", "wonder", "whether", "weather",
    "hypertension", "hypotension", "polish", "publish", "excise", "exercise", "cervical", "crevice",
    "gorilla", "guerrilla", "ration", "ratio", "rating", "nationalist", "rationalist", "insulin", "inulin",
    "creatine", "creatinine", "adverse", "averse", "course", "coarse", "coursing", "cursing", "wining",
    "winning", "dining", "dinning", "filing", "filling", "filled", "tiling", "tilling", "holing", "polling",
    "poling", "staged", "slated", "salted", "steal", "steel", "broad", "board", "goals", "clams", "calms",
    "blots", "bolts", "nuclear", "unclear", "parent", "prawn", "pawn", "prune", "crab", "carb", "crabs",
    "carbs", "grain", "groin", "train", "terrain", "bored", "ethnic", "ethic", "ethnics", "ethics",
    "carnival", "carnal", "hostel", "hotel", "hostels", "hotels", "minister", "mister", "monster", "monitor",
    "hunter", "protect", "project", "sheet", "sheep", "spanish", "spinach", "alter", "farther", "father",
    "resident", "president", "inert", "insert", "invest", "invert", "invent", "aspartame", "mangoes",
    "manges", "mango", "mangrove", "expect", "except", "exploit", "explicit",
];
