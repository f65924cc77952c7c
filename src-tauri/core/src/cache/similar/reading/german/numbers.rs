//! Numbers as German writes them.

/// "20.000" is 20000.
pub(super) fn is_grouped(text: &str) -> bool {
    let mut groups = text.split('.');
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups
        .next()
        .is_some_and(|group| (1..=3).contains(&group.len()) && digits(group) && group != "0");
    let rest: Vec<&str> = groups.collect();
    first && !rest.is_empty() && rest.iter().all(|group| group.len() == 3 && digits(group))
}

/// "hundertzwanzig" is 120.
pub(super) fn number(word: &str) -> Option<u32> {
    if word.is_empty() {
        return None;
    }
    for (sign, times) in [("tausend", 1000), ("hundert", 100)] {
        if let Some((before, after)) = word.split_once(sign) {
            let before = if before.is_empty() {
                1
            } else {
                number(before)?
            };
            let after = after.strip_prefix("und").unwrap_or(after);
            let after = if after.is_empty() { 0 } else { number(after)? };
            return Some(before * times + after).filter(|_| before < 1000 && after < times);
        }
    }
    if let Some((ones, tens)) = word.split_once("und") {
        return Some(number(ones)? + number(tens).filter(|tens| *tens >= 20)?);
    }
    NUMBERS
        .iter()
        .find_map(|(name, value)| (*name == word).then_some(*value))
}

#[rustfmt::skip]
pub(super) const NUMBERS: &[(&str, u32)] = &[
    ("ein", 1), ("eins", 1), ("zwei", 2), ("drei", 3), ("vier", 4), ("fünf", 5), ("sechs", 6), ("sieben", 7), ("acht", 8), ("neun", 9), ("zehn", 10), ("elf", 11), ("zwölf", 12), ("dreizehn", 13), ("vierzehn", 14), ("fünfzehn", 15),
    ("sechzehn", 16), ("siebzehn", 17), ("achtzehn", 18), ("neunzehn", 19), ("zwanzig", 20), ("dreißig", 30), ("dreissig", 30), ("vierzig", 40), ("fünfzig", 50), ("sechzig", 60), ("siebzig", 70), ("achtzig", 80), ("neunzig", 90),
];
