//! Passive questions brought into the active: who does it stands before what is done.

use super::super::split::Token;
use super::shape::{FRONTING, text, word};
use super::verbs;

/// "Are mice eaten by owls" is "do owls eat mice"; "can rice be frozen" is "can I freeze rice";
/// "by whom was Faust written" is "who wrote Faust".
pub(super) fn active(tokens: Vec<Token>) -> Vec<Token> {
    turned(&tokens).unwrap_or(tokens)
}

fn turned(tokens: &[Token]) -> Option<Vec<Token>> {
    let begin = tokens
        .iter()
        .position(|token| HELPERS.contains(&text(Some(token))))?;
    let before = begin.checked_sub(1).and_then(|at| tokens.get(at));
    let asks =
        before.is_none_or(|before| *before == Token::Pause || ASKING.contains(&text(Some(before))));
    if !asks {
        return None;
    }
    let first = text(tokens.get(begin));
    let is_plain = matches!(first, "is" | "are" | "was" | "were");
    let verb = (begin + 2..tokens.len()).find(|&at| participle(text(tokens.get(at))).is_some())?;
    let subject_end = if is_plain { verb } else { verb - 1 };
    let is_passive = is_plain || text(tokens.get(verb - 1)) == "be";
    let subject = tokens.get(begin + 1..subject_end)?;
    let stands_alone = tokens
        .get(verb + 1)
        .is_none_or(|next| ends(next) || matches!(next, Token::Exact(_)));
    let is_described = subject
        .last()
        .is_some_and(|last| matches!(text(Some(last)), "a" | "an" | "the" | "my" | "it" | "be"));
    if !is_passive
        || !stands_alone
        || is_described
        || subject.is_empty()
        || subject.iter().any(ends)
    {
        return None;
    }
    let by_whom = matches!(text(before), "whom" | "who");
    let has_agent =
        text(tokens.get(verb + 1)) == "by" && !text(tokens.get(verb + 2)).ends_with("ing");
    let agent_end = if has_agent {
        tokens[verb + 2..]
            .iter()
            .position(ends)
            .map_or(tokens.len(), |end| verb + 2 + end)
    } else {
        verb + 1
    };
    let agent = if has_agent {
        &tokens[verb + 2..agent_end]
    } else {
        &[]
    };
    if by_whom
        != (has_agent && agent.is_empty()
            || text(begin.checked_sub(2).and_then(|at| tokens.get(at))) == "by")
    {
        return None;
    }
    let mut out = if by_whom {
        vec![word("who")]
    } else {
        tokens[..begin].to_vec()
    };
    out.push(word(match first {
        "is" | "are" => "do",
        "was" | "were" => "did",
        modal => modal,
    }));
    if by_whom {
    } else if agent.is_empty() {
        out.push(word("i"));
    } else {
        out.extend_from_slice(agent);
    }
    out.push(word(&participle(text(tokens.get(verb)))?));
    out.extend_from_slice(subject);
    out.extend_from_slice(&tokens[agent_end..]);
    Some(out)
}

/// What a participle is read as, if it is one.
fn participle(one: &str) -> Option<String> {
    match verbs::first_form(one, true) {
        Some((verb, false)) => Some(format!("~{verb}")),
        _ => verbs::is_regular_past(one).then(|| format!("~{one}")),
    }
}

fn ends(token: &Token) -> bool {
    let here = text(Some(token));
    !matches!(token, Token::Word(_) | Token::Exact(_))
        || FRONTING.contains(&here)
        || matches!(
            here,
            "than"
                | "to"
                | "and"
                | "or"
                | "without"
                | "into"
                | "so"
                | "not"
                | "twice"
                | "that"
                | "which"
        )
}

const HELPERS: &[&str] = &[
    "is", "are", "was", "were", "can", "could", "should", "must", "may",
];
const ASKING: &[&str] = &[
    "how", "why", "where", "when", "long", "often", "whom", "who", "whether", "minutes", "hours",
];
