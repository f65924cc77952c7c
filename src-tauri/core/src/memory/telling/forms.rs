//! The forms in which people tell something of themselves, each with its rule.

use super::lists::{
    ADVERBS, DATES, DOINGS, EVENTS, LASTING, LONG_PLANS, MOODS, NO_THING, NO_TRADE, OF_THINGS,
    OWNED, PLANS, POINTING, SAME, STATES, TURNS, VERBS,
};

/// "My name is Dana", "I'm Dana".
pub(super) fn name(part: &str, small: &str) -> Option<String> {
    let behind = [
        "my name is ",
        "my name's ",
        "i am called ",
        "i'm called ",
        "call me ",
        "please call me ",
        "everyone calls me ",
        "people call me ",
        "my friends call me ",
    ];
    let given = behind
        .iter()
        .find_map(|start| small.starts_with(start).then(|| &part[start.len()..]));
    if let Some(given) = given {
        let given = given
            .split([',', ' '])
            .take_while(|word| word.chars().next().is_some_and(char::is_alphabetic))
            .take(3);
        let given: Vec<&str> = given
            .take_while(|word| {
                !["and", "but", "i", "please", "by"].contains(&word.to_lowercase().as_str())
            })
            .collect();
        return (!given.is_empty()).then(|| format!("The user's name is {}.", given.join(" ")));
    }
    // "I'm Dana": one or two words that are written as names are.
    let given = small
        .strip_prefix("i'm ")
        .or_else(|| small.strip_prefix("i am "))?;
    let given = &part[part.len() - given.len()..];
    let words: Vec<&str> = given.split(' ').collect();
    let named = |word: &&str| {
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        capital
            && word.chars().skip(1).any(char::is_lowercase)
            && !MOODS.contains(&word.to_lowercase().as_str())
    };
    if words.len() > 2 || !words.iter().all(named) {
        return None;
    }
    let people = [
        "ish", "ese", "ian", "ean", "can", "wegian", "man", "ch", "swiss", "greek", "dutch", "thai",
    ];
    let small = given.to_lowercase();
    if words.len() == 1 && people.iter().any(|end| small.ends_with(end)) {
        return Some(format!("The user is {given}."));
    }
    Some(format!("The user's name is {given}."))
}

/// "My … is …".
pub(super) fn of_mine(part: &str, small: &str) -> Option<String> {
    let rest = small.strip_prefix("my ")?;
    let words: Vec<&str> = rest.split(' ').collect();
    let verb = words
        .iter()
        .position(|word| OF_THINGS.contains(word) || word.ends_with("'s"))?;
    let own = &part[part.len() - rest.len()..];
    let thing = words.get(..verb)?;
    let contracted = words[verb].ends_with("'s");
    let noun = thing
        .last()
        .copied()
        .or(contracted.then(|| words[verb].trim_end_matches("'s")))?;
    if verb > 5
        || NO_THING.contains(&noun)
        || words.len() < verb + 2
        || STATES.contains(&words[verb + 1])
    {
        return None;
    }
    // "My train is coming" passes; "my hobby is rowing" lasts.
    let lasting = thing.iter().any(|word| DOINGS.contains(word));
    if words[verb + 1].ends_with("ing") && matches!(words[verb], "is" | "are") && !lasting {
        return None;
    }
    let own = own.strip_suffix(" now").unwrap_or(own);
    Some(format!("The user's {}.", turned(own)))
}

/// "I'm a nurse", "I'm allergic to nuts".
pub(super) fn i_am(part: &str, small: &str) -> Option<String> {
    let rest = ["i'm ", "i am ", "i've been ", "i have been "]
        .iter()
        .find_map(|start| small.strip_prefix(start))?;
    let rest = without_first(rest, ADVERBS);
    let own = &part[part.len() - rest.len()..];
    let been = small.starts_with("i've been") || small.starts_with("i have been");
    let words: Vec<&str> = rest.split(' ').collect();
    if LASTING.iter().any(|start| rest.starts_with(start)) {
        if let Some(rest) = rest.strip_prefix("working ") {
            return Some(format!(
                "The user works {}.",
                turned(&own[own.len() - rest.len()..])
            ));
        }
        let verb = if been { "has been" } else { "is" };
        return Some(format!("The user {verb} {}.", turned(own)));
    }
    if rest.ends_with("years old")
        || (words.len() == 1 && rest.parse::<u8>().is_ok_and(|age| (6..120).contains(&age)))
    {
        return Some(format!("The user is {} years old.", words[0]));
    }
    let trade = ["a ", "an "]
        .iter()
        .find_map(|start| rest.strip_prefix(start))?;
    let noun = trade.split([' ', ',']).next()?;
    if NO_TRADE.contains(&noun)
        || trade
            .split(' ')
            .next_back()
            .is_some_and(|last| NO_TRADE.contains(&last))
    {
        let fan = rest
            .strip_prefix("a fan of ")
            .or_else(|| rest.strip_prefix("a big fan of "))?;
        return Some(format!(
            "The user likes {}.",
            turned(&own[own.len() - fan.len()..])
        ));
    }
    if rest.contains("vegetarian") || rest.contains("vegan") {
        return Some(format!("The user is {}.", turned(own)));
    }
    // Where the work is said too, it is a fact of its own that a model may find.
    let (job, _) = own.split_once(" at ").unwrap_or((own, ""));
    Some(format!("The user works as {}.", turned(job)))
}

/// "I live in Oslo", "I have a cat".
pub(super) fn i_do(part: &str, small: &str) -> Option<String> {
    let rest = small
        .strip_prefix("i ")
        .or_else(|| small.strip_prefix("i've "))?;
    let rest = without_first(rest, ADVERBS);
    let own = &part[part.len() - rest.len()..];
    let behind = |start: &str| {
        rest.strip_prefix(start)
            .map(|rest| turned(&own[own.len() - rest.len()..]))
    };
    for (start, says) in TURNS {
        if let Some(what) = behind(start) {
            // When it was is no part of what is so since.
            let what = ["last ", "in 20", "anymore", "any more", "recently", "again"]
                .iter()
                .fold(what, |what, end| {
                    what.split_once(&format!(" {end}"))
                        .map_or(what.clone(), |(before, _)| before.to_owned())
                });
            return Some(format!("The user {says} {what}."));
        }
    }
    for start in PLANS {
        // A wish for something that takes long is worth keeping; one for this hour is not.
        if let Some(plan) = behind(start) {
            let lasts = LONG_PLANS.iter().any(|verb| plan.starts_with(verb));
            return lasts.then(|| format!("The user wants to {plan}."));
        }
    }
    if let Some(thing) = behind("have ").or_else(|| behind("got ")) {
        return owned(&thing);
    }
    let found = VERBS
        .iter()
        .find_map(|(verb, third)| Some((*verb, *third, behind(&format!("{verb} "))?)));
    if let Some((verb, third, what)) = found {
        let to_do = what.starts_with("to ") && !["like", "love", "prefer", "hate"].contains(&verb);
        let first = what.split(' ').next().unwrap_or_default();
        if to_do || POINTING.contains(&first) || what.starts_with("the way") {
            return None;
        }
        let what = what.strip_suffix(" now").unwrap_or(&what);
        return Some(format!(
            "The user {third} {}.",
            what.strip_suffix(" a lot").unwrap_or(what)
        ));
    }
    SAME.iter()
        .find_map(|(verb, third)| Some(format!("The user {third}{}.", behind(verb)?)))
}

/// A text without the first of these with which it begins, as often as it does.
fn without_first<'a>(text: &'a str, words: &[&str]) -> &'a str {
    words
        .iter()
        .fold(text, |text, word| text.strip_prefix(word).unwrap_or(text))
}

/// "I have a sister called Mara": what has a name is remembered by it.
fn owned(thing: &str) -> Option<String> {
    let words: Vec<String> = thing.split([' ', ',']).map(str::to_lowercase).collect();
    let noun = words
        .iter()
        .take(5)
        .find(|word| OWNED.contains(&word.as_str()))?;
    for called in [" called ", " named ", " whose name is "] {
        let single =
            thing.starts_with("a ") || thing.starts_with("an ") || thing.starts_with("one ");
        if let Some((_, name)) = thing.split_once(called)
            && single
            && !words.contains(&"another".to_owned())
            && words
                .iter()
                .position(|word| word == noun)
                .is_some_and(|at| at <= 3)
        {
            let before: Vec<&str> = thing
                .split(' ')
                .skip(1)
                .take_while(|word| !word.eq_ignore_ascii_case(noun))
                .collect();
            let owner = [&before[..], &[noun.as_str()]].concat().join(" ");
            return Some(format!("The user's {owner} is called {name}."));
        }
    }
    Some(format!("The user has {thing}."))
}

/// "I have an exam on Friday": what has a date is remembered with the day on which it was said.
pub(super) fn event(part: &str, small: &str, on: &str) -> Option<String> {
    let rest = small
        .strip_prefix("i have ")
        .or_else(|| small.strip_prefix("i've got "))?;
    let words = rest.split(' ').take(5);
    let is_event = words
        .into_iter()
        .any(|word| EVENTS.contains(&word.trim_matches(',')));
    let dated = DATES.iter().any(|date| rest.contains(date));
    if !is_event || !dated {
        return None;
    }
    Some(format!(
        "The user has {} (said on {on}).",
        turned(&part[part.len() - rest.len()..])
    ))
}

/// A text with the first person turned into the third.
fn turned(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let bare = word.trim_end_matches([',', '.']);
        let end = &word[bare.len()..];
        let other = match bare.to_lowercase().as_str() {
            "my" | "our" | "mine" => "the user's",
            "me" | "i" | "us" => "the user",
            "myself" => "themselves",
            "i'm" => "the user is",
            "i've" => "the user has",
            _ => return word.to_owned(),
        };
        format!("{other}{end}")
    });
    words
        .collect::<Vec<_>>()
        .join(" ")
        .trim_end_matches(['.', ',', ' '])
        .to_owned()
}
