//! What is asked for in Japanese.

use super::forms::{way, with_object};
use super::{stripped, trimmed};

/// Takes out what is asked for.
pub(super) fn asked(sentence: &str, marks: &mut Vec<&'static str>) -> String {
    if let Some(left) = why(sentence) {
        marks.push("why");
        return left;
    }
    if let Some(left) = how(sentence) {
        marks.push("how");
        return left;
    }
    if let Some(left) = sentence.strip_suffix("意味") {
        marks.push("meaning");
        return left
            .strip_suffix('の')
            .or_else(|| left.strip_suffix('は'))
            .unwrap_or(left)
            .to_owned();
    }
    // "How many hours" is "how many hours does it take".
    let lasting = sentence.strip_suffix("かかる").filter(|left| {
        left.ends_with("何時間")
            || left.ends_with("何分")
            || left.ends_with("何日")
            || left.ends_with("くらい")
    });
    let sentence = lasting.unwrap_or(sentence);
    journey(sentence).unwrap_or_else(|| sentence.to_owned())
}

/// "東京から博多に行くと" is "東京から博多まで".
fn journey(sentence: &str) -> Option<String> {
    let (start, rest) = sentence.split_once("から")?;
    let going = ["行くのに", "行くには", "行くと"]
        .into_iter()
        .find(|verb| rest.matches(verb).count() == 1)?;
    let (place, after) = rest.split_once(going)?;
    let (goal, behind) = place
        .split_once("まで")
        .or_else(|| place.split_once('に'))?;
    Some(format!("{start}から{goal}まで{behind}{after}"))
}

fn why(sentence: &str) -> Option<String> {
    for tail in [
        "のはなぜ",
        "のはどんな理由",
        "理由",
        "のわけ",
        "るわけ",
        "たわけ",
    ] {
        if let Some(left) = sentence.strip_suffix(tail) {
            let verb = tail
                .chars()
                .next()
                .filter(|letter| "るた".contains(*letter) && tail.ends_with("わけ"));
            let mut left = left.to_owned();
            left.extend(verb);
            let bare = left
                .strip_suffix('な')
                .filter(|text| !text.ends_with(['い', 'か']))
                .unwrap_or(&left);
            return Some(bare.to_owned());
        }
    }
    // "なぜか" is "somehow".
    if sentence.matches("なぜ").count() != 1 || sentence.contains("なぜか") {
        return None;
    }
    let (before, after) = sentence.split_once("なぜ")?;
    let left = format!("{}{}", before, trimmed(after));
    let plain = stripped(&left, &["のか", "の", "な"]).unwrap_or(left);
    Some(plain)
}

fn how(sentence: &str) -> Option<String> {
    for tail in ["のやり方", "のしかた", "の仕方", "の方法"] {
        if let Some(left) = sentence.strip_suffix(tail) {
            return Some(format!("{left}する"));
        }
    }
    for tail in [
        "方法",
        "やり方",
        "にはどうすればいい",
        "にはどうする",
        "には",
    ] {
        if let Some(left) = sentence.strip_suffix(tail)
            && left.ends_with(['う', 'く', 'ぐ', 'す', 'つ', 'ぬ', 'ぶ', 'む', 'る'])
        {
            return Some(left.to_owned());
        }
    }
    if let Some(stem) = sentence.strip_suffix('方') {
        return way(&with_object(stem));
    }
    let mut left = without_once(sentence, "どうやって")?;
    // "The photos, how does one copy them" is "how does one copy the photos".
    if !left.contains('を') && left.matches('は').count() == 1 && !left.contains('が') {
        left = left.replace('は', "を");
    }
    Some(stripped(&left, &["のか", "の"]).unwrap_or(left))
}

fn without_once(text: &str, word: &str) -> Option<String> {
    let (before, after) = text.split_once(word)?;
    (!after.contains(word)).then(|| format!("{before}{}", trimmed(after)))
}
