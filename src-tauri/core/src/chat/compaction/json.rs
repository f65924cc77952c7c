//! JSON without its layout.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use super::protected::Fences;

/// The layout of less is not worth a change.
const LEAST_LINES: usize = 3;

/// How often a text may be read in vain in the search for values, all attempts together.
const READ_IN_VAIN: usize = 4;

/// A text that is JSON as a whole, or objects and lists on lines of their own, without blanks
/// between their parts; none where it is something else.
pub(super) fn compact(text: &str) -> Option<String> {
    let mut compact = String::with_capacity(text.len());
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    let mut start = 0;
    while let Some(value) = values.next() {
        value.ok()?;
        let found = &text[start..values.byte_offset()];
        let is_apart = start == 0
            || found
                .trim_start_matches([' ', '\t', '\r'])
                .starts_with('\n');
        if !is_apart || !found.trim_start().starts_with(['{', '[']) {
            return None;
        }
        if !compact.is_empty() {
            compact.push('\n');
        }
        strip(found, &mut compact);
        start = values.byte_offset();
    }
    Some(compact)
}

/// A text with the JSON that stands on lines of its own within it compacted, but for code.
pub(super) fn compact_within(text: &str) -> Cow<'_, str> {
    if !text.contains(['{', '[']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut fences = Fences::default();
    let mut budget = READ_IN_VAIN * text.len();
    let mut at = 0;
    while at < text.len() {
        let line_end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
        let line = &text[at..line_end];
        if !fences.covers(line.trim_end())
            && let Some(end) = value_end(text, at, &mut budget)
        {
            strip(&text[at..end], &mut out);
            at = end;
            continue;
        }
        out.push_str(line);
        at = line_end;
    }
    Cow::Owned(out)
}

/// Where a value ends that begins with the line at `at`, if it has several lines and nothing
/// stands behind it. What was read in vain goes off the budget.
fn value_end(text: &str, at: usize, budget: &mut usize) -> Option<usize> {
    let rest = &text[at..];
    if !rest.starts_with(['{', '[']) || *budget == 0 {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
    let length = match values.next()? {
        Ok(_) => values.byte_offset(),
        Err(error) => {
            *budget = budget.saturating_sub(read_until(rest, &error));
            return None;
        }
    };
    *budget = budget.saturating_sub(length);
    let ends_line = rest[length..]
        .lines()
        .next()
        .unwrap_or_default()
        .trim()
        .is_empty();
    let lines = rest[..length].lines().count();
    (ends_line && lines >= LEAST_LINES).then_some(at + length)
}

/// How much of a text was read until something was wrong.
fn read_until(text: &str, error: &serde_json::Error) -> usize {
    let lines = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1));
    lines.map(str::len).sum::<usize>() + error.column()
}

/// Writes a value without what stands between its parts. Strings and numbers stay sign for sign.
fn strip(value: &str, to: &mut String) {
    let mut in_string = false;
    let mut is_escaped = false;
    for sign in value.chars() {
        if in_string {
            in_string = is_escaped || sign != '"';
            is_escaped = !is_escaped && sign == '\\';
        } else if sign.is_ascii_whitespace() {
            continue;
        } else {
            in_string = sign == '"';
        }
        to.push(sign);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,20}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::hash_map(".{0,8}", inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn what_only_looks_like_json_stays_as_it_is() {
        assert_eq!(compact("[1] 1 2 3\n[4] 4 5 6\n"), None);
        assert_eq!(compact("[1] [2]"), None);
        assert_eq!(
            compact("{\"a\": 1}\n{\"a\": 2}").unwrap(),
            "{\"a\":1}\n{\"a\":2}"
        );
    }

    #[test]
    fn a_text_of_nothing_but_beginnings_is_not_read_for_each_of_them() {
        for beginning in ["[\n", "{\"a\":\n", "[1, 2] x\n"] {
            let text = beginning.repeat(200_000);
            assert_eq!(compact_within(&text), text);
        }
    }

    proptest! {
        #[test]
        fn a_compact_value_is_the_same_value(value in proptest::collection::vec(value(), 1..5)) {
            let value = Value::from(value);
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            let compact = compact(&pretty).unwrap();
            prop_assert_eq!(&compact, &serde_json::to_string(&value).unwrap());
            let around = format!("Look:\n{pretty}\nWell?");
            prop_assert_eq!(compact_within(&around), format!("Look:\n{compact}\nWell?"));
        }

        #[test]
        fn no_text_is_lost_that_is_no_json(text in "[\\[{}\\]a\":, \n`]{0,60}") {
            let out = compact_within(&text);
            let plain = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(plain(&out), plain(&text));
        }
    }
}
