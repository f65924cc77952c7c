//! The forms of Japanese verbs.

use super::super::is_hiragana;
use super::words::POLITE;

/// かかります is かかる, 受賞しました is 受賞した.
pub(super) fn plain(text: &str) -> Option<String> {
    let (stem, form) = POLITE
        .iter()
        .find_map(|(ending, form)| Some((text.strip_suffix(ending)?, *form)))?;
    let last = stem.chars().last()?;
    let short = &stem[..stem.len() - last.len_utf8()];
    if last == 'し' {
        return Some(match form {
            'た' => format!("{stem}た"),
            'な' => format!("{stem}ない"),
            _ if short.ends_with(is_hiragana) && !short.ends_with(['お', 'く']) => {
                format!("{short}す")
            }
            _ => format!("{short}する"),
        });
    }
    let row = ROWS.iter().find(|row| row[1] == last);
    let one_step = row.is_none() || ONE_STEP.iter().any(|verb| stem.ends_with(verb));
    if one_step {
        let ending = match form {
            'た' => "た",
            'な' => "ない",
            _ => "る",
        };
        return Some(format!("{stem}{ending}"));
    }
    let row = row?;
    Some(match (form, last) {
        ('な', 'い') => format!("{short}わない"),
        ('な', _) => format!("{short}{}ない", row[0]),
        ('た', 'い' | 'ち' | 'り') => format!("{short}った"),
        ('た', 'み' | 'び' | 'に') => format!("{short}んだ"),
        ('た', 'き') if short.ends_with('行') => format!("{short}った"),
        ('た', 'き') => format!("{short}いた"),
        ('た', 'ぎ') => format!("{short}いだ"),
        _ => format!("{short}{}", row[2]),
    })
}

/// The signs of a verb before ない, before ます, and at its end.
const ROWS: &[[char; 3]] = &[
    ['わ', 'い', 'う'],
    ['か', 'き', 'く'],
    ['が', 'ぎ', 'ぐ'],
    ['た', 'ち', 'つ'],
    ['な', 'に', 'ぬ'],
    ['ば', 'び', 'ぶ'],
    ['ま', 'み', 'む'],
    ['ら', 'り', 'る'],
];

/// Verbs that end in る behind such a sign.
const ONE_STEP: &[&str] = &[
    "でき", "てい", "でい", "がい", "にい", "はい", "起き", "生き", "借り", "降り", "足り", "落ち",
    "感じ", "信じ", "閉じ", "過ぎ", "すぎ", "浴び", "伸び", "用い", "みい",
];

/// しみの落とし方 asks how to get しみを out.
pub(super) fn with_object(stem: &str) -> String {
    /// A verb is no longer.
    const VERB: usize = 5;
    match stem.rsplit_once('の') {
        Some((object, verb)) if verb.chars().count() <= VERB && verb.ends_with(is_hiragana) => {
            format!("{object}を{verb}")
        }
        _ => stem.to_owned(),
    }
}

/// 落とし方 asks how to 落とす.
pub(super) fn way(stem: &str) -> Option<String> {
    let last = stem.chars().last()?;
    let short = &stem[..stem.len() - last.len_utf8()];
    if last == 'し' && short.ends_with(is_hiragana)
        || stem.ends_with("出し")
        || stem.ends_with("消し")
    {
        return Some(format!("{short}す"));
    }
    let row = ROWS.iter().find(|row| row[1] == last);
    match row {
        Some(row) if !ONE_STEP.iter().any(|verb| stem.ends_with(verb)) => {
            Some(format!("{short}{}", row[2]))
        }
        _ if "えけせてねべめれげぜでへ".contains(last) || row.is_some() => {
            Some(format!("{stem}る"))
        }
        _ => None,
    }
}
