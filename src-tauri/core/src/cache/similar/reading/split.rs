//! A text in words, with what has to stay letter by letter.

use unicode_normalization::UnicodeNormalization;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A word, in small letters.
    Word(String),
    /// A number, a name with digits, code: as it stands there.
    Exact(String),
    /// What stood between quotation marks, in small letters.
    Quoted(String),
    /// A comma, a dash, the end of a sentence.
    Pause,
}

/// A text with one form for each sign.
pub(super) fn normal(text: &str) -> String {
    let text: String = text.nfkc().collect();
    text.chars()
        .map(|letter| match letter {
            '’' | '‘' | '´' | '`' | 'ʼ' => '\'',
            '“' | '”' | '„' | '«' | '»' | '「' | '」' | '『' | '』' => '"',
            '–' | '—' | '−' => '-',
            '…' => '.',
            letter if letter.is_whitespace() => ' ',
            letter => letter,
        })
        .collect::<String>()
        .replace('→', "->")
}

/// The parts of a normal text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (place, part) in text.split('"').enumerate() {
        // Between two quotation marks, unless the last one is alone.
        let is_quoted = place % 2 == 1 && (place + 1) < text.split('"').count();
        if is_quoted {
            let words: Vec<String> = part
                .split_whitespace()
                .map(|word| word.trim_matches(['.', ',', '!', '?']).to_lowercase())
                .filter(|word| !word.is_empty())
                .collect();
            tokens.push(Token::Quoted(words.join(" ")));
            continue;
        }
        for piece in part.split_whitespace() {
            add(piece, &mut tokens);
        }
    }
    tokens
}

fn add(piece: &str, tokens: &mut Vec<Token>) {
    let opens = piece.starts_with(['(', '[']);
    let start = piece.trim_start_matches(['(', '[', '¿', '¡', '\'']);
    let mut core = start.trim_end_matches([',', ';', ':', '!', '?', ')', ']', '\'', '.']);
    // A dot or a sign that belongs to a name: "C#", "3." as an order.
    if core.is_empty() {
        core = start;
    }
    let ends = start.len() > core.len() && !start[core.len()..].chars().all(|one| one == '\'');
    if opens {
        tokens.push(Token::Pause);
    }
    if core.chars().all(|letter| !letter.is_alphanumeric()) {
        // A dash between words, or an operator.
        let is_sum = matches!(tokens.last(), Some(Token::Exact(text)) if text.starts_with(|first: char| first.is_ascii_digit()));
        match core {
            "-" | "/" if is_sum => tokens.push(Token::Exact(core.to_owned())),
            "" | "-" | "." | "," | ":" | "(" | ")" | "?" | "!" | "/" => tokens.push(Token::Pause),
            other => tokens.push(Token::Exact(other.to_owned())),
        }
    } else {
        word(core, tokens);
    }
    if ends {
        tokens.push(Token::Pause);
    }
}

fn word(core: &str, tokens: &mut Vec<Token>) {
    let plain = |text: &str| {
        text.chars()
            .all(|letter| letter.is_alphabetic() || letter == '\'')
    };
    // "a.m." is "am", "U.S." is "us".
    let initials = core.contains('.')
        && core
            .split('.')
            .all(|part| part.chars().count() <= 1 && plain(part));
    let joined = core.replace('.', "");
    let core = if initials && !joined.is_empty() {
        joined.as_str()
    } else {
        core
    };
    // Bits are no bytes, and megawatts no milliwatts.
    if let Some(unit) = cased(core) {
        tokens.push(Token::Word(unit.to_owned()));
        return;
    }
    // The country, not "us".
    if matches!(core, "US" | "USA") {
        tokens.push(Token::Word("usa".into()));
        return;
    }
    let degrees = core
        .strip_prefix('°')
        .is_some_and(|rest| rest.chars().count() == 1);
    if plain(core) || degrees {
        tokens.push(Token::Word(core.to_lowercase()));
        return;
    }
    let begins = core.starts_with(|letter: char| letter.is_alphabetic());
    if begins && core.contains('-') && core.split('-').all(|part| !part.is_empty() && plain(part)) {
        tokens.extend(core.split('-').map(|part| Token::Word(part.to_lowercase())));
        return;
    }
    if let Some((number, unit)) = measure(core) {
        tokens.push(Token::Exact(number));
        tokens.push(Token::Word(unit));
        return;
    }
    // "10-year-old", "5-door".
    if let Some((number, rest)) = core.split_once('-')
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && !number.is_empty()
        && rest
            .split('-')
            .all(|part| part.chars().count() > 1 && plain(part))
    {
        tokens.push(Token::Exact(number.to_owned()));
        tokens.extend(rest.split('-').map(|part| Token::Word(part.to_lowercase())));
        return;
    }
    let is_code = core.starts_with('-')
        || core
            .chars()
            .any(|letter| !letter.is_alphanumeric() && !matches!(letter, '.' | ',' | '-' | '\''));
    let joined = model(core);
    let core = joined.as_deref().unwrap_or(core);
    // Names and versions are written in any case, code is not.
    let text = if is_code {
        core.to_owned()
    } else {
        core.to_lowercase()
    };
    tokens.push(Token::Exact(numbers(&text)));
}

/// "V-2" and "V2" are one name.
fn model(core: &str) -> Option<String> {
    let (letters, number) = core.split_once('-')?;
    let is_name = !letters.is_empty() && letters.chars().all(char::is_alphabetic);
    (is_name && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| format!("{letters}{number}"))
}

/// Units that a capital makes another one.
fn cased(unit: &str) -> Option<&'static str> {
    match unit {
        "$" => Some("dollar"),
        "Mb" => Some("megabit"),
        "Gb" => Some("gigabit"),
        "Kb" | "kb" => Some("kilobit"),
        "MBps" | "MB/s" => Some("megabyte/s"),
        "GBps" | "GB/s" => Some("gigabyte/s"),
        "MW" => Some("megawatt"),
        _ => None,
    }
}

/// "65W", "320kbps", "30€", "$5", "5%": a number and its unit.
fn measure(core: &str) -> Option<(String, String)> {
    let is_number = |letter: char| letter.is_ascii_digit() || letter == '.' || letter == ',';
    if let Some(rest) = core.strip_prefix(['$', '€', '£'])
        && !rest.is_empty()
        && rest.chars().all(is_number)
    {
        let unit = match &core[..core.len() - rest.len()] {
            "$" => "dollar",
            other => other,
        };
        return Some((numbers(rest), unit.to_owned()));
    }
    let at = core.find(|letter| !is_number(letter))?;
    let (number, unit) = core.split_at(at);
    let unit = unit.trim_start_matches('-');
    let is_unit = unit.chars().all(|letter| {
        letter.is_alphabetic() || matches!(letter, '°' | '%' | '€' | '$' | '£' | '/')
    });
    let has_digit = number.bytes().any(|byte| byte.is_ascii_digit());
    (has_digit && is_unit && unit.chars().count() <= 12).then(|| {
        (
            numbers(number),
            cased(unit).map_or_else(|| unit.to_lowercase(), str::to_owned),
        )
    })
}

/// "1,000" and "1000" are one number.
fn numbers(text: &str) -> String {
    let grouped = text
        .split(',')
        .skip(1)
        .all(|group| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit()));
    let digits = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b',' || byte == b'.');
    if digits && grouped {
        text.replace(',', "")
    } else {
        text.to_owned()
    }
}

/// The parts with turns of phrase replaced; what they are replaced by may be nothing.
pub(super) fn with_phrases(tokens: &[Token], phrases: &[(&str, &str)]) -> Vec<Token> {
    let mut line: Vec<Token> = Vec::with_capacity(tokens.len() + 2);
    line.push(Token::Word("^".into()));
    line.extend(tokens.iter().cloned());
    line.push(Token::Word("$".into()));
    let mut at = 0;
    while at < line.len() {
        let Some((start, phrase, instead)) = longest(&line, at, phrases) else {
            at += 1;
            continue;
        };
        let length = phrase.split(' ').count();
        let with: Vec<Token> = instead
            .split_whitespace()
            .map(|word| Token::Word(word.to_owned()))
            .collect();
        let grew = with.len();
        line.splice(start..start + length, with);
        // What was put there is not read again, so that no phrase feeds on itself; but what now
        // stands at the beginning is the beginning.
        at = if instead == "^" { start } else { start + grew };
    }
    line.retain(|token| !matches!(token, Token::Word(word) if word == "^" || word == "$"));
    line
}

/// The longest phrase at a place; at the beginning, also one behind it.
fn longest<'p>(
    line: &[Token],
    at: usize,
    phrases: &[(&'p str, &'p str)],
) -> Option<(usize, &'p str, &'p str)> {
    let is_start = line[at] == Token::Word("^".into());
    let places = if is_start { at..at + 2 } else { at..at + 1 };
    places
        .filter_map(|place| {
            let here = phrases
                .iter()
                .filter(|(phrase, _)| stands_at(&line[place.min(line.len())..], phrase));
            let best = here.max_by_key(|(phrase, _)| words(phrase))?;
            Some((place, best.0, best.1))
        })
        .max_by_key(|(place, phrase, _)| (words(phrase), std::cmp::Reverse(*place)))
}

/// The words of a phrase, without its borders.
fn words(phrase: &str) -> usize {
    phrase
        .split(' ')
        .filter(|word| !matches!(*word, "^" | "$"))
        .count()
}

fn stands_at(line: &[Token], phrase: &str) -> bool {
    let mut tokens = line.iter();
    phrase
        .split(' ')
        .all(|word| matches!(tokens.next(), Some(Token::Word(one)) if one == word))
}

/// The parts without the words that make a question of a request: "can you write …".
pub(super) fn without_lead(
    mut tokens: Vec<Token>,
    leads: &[&str],
    requests: &[&str],
) -> Vec<Token> {
    let begins = |at: usize| {
        let Some(before) = at.checked_sub(1) else {
            return true;
        };
        matches!(&tokens[before], Token::Word(word) if word == "^" || word == "please")
    };
    let found = (0..tokens.len()).filter(|&at| begins(at)).find_map(|at| {
        let rest = &tokens[at..];
        let is_request = |length| matches!(rest.get(length), Some(Token::Word(word)) if requests.contains(&word.as_str()));
        let lengths = leads.iter().filter(|lead| stands_at(rest, lead)).map(|lead| lead.split(' ').count());
        Some((at, lengths.filter(|&length| is_request(length)).max()?))
    });
    if let Some((at, length)) = found {
        tokens.drain(at..at + length);
    }
    tokens
}
