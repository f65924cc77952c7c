//! Changing single values in the text of a settings file. Everything else stays as it is, byte
//! for byte: comments, order, names that this Hearth does not know, the kind of line ends.

use toml_edit::{Array, Document, DocumentMut, Item, Table, TableLike, TomlError, Value};

use super::reading::{allowed, fault_of};
use super::schema::{Field, Kind};

/// A value to be set, by the parts of its name; none takes it out.
pub(super) type Change = (Vec<String>, Option<Value>);

/// The text with these values. Refused where a value stands in the place of a section.
pub(super) fn edited(text: &str, changes: &[Change]) -> Result<String, String> {
    let (mark, body) = match text.strip_prefix('\u{FEFF}') {
        Some(body) => ("\u{FEFF}", body),
        None => ("", text),
    };
    let mut body = body.to_owned();
    for (path, value) in changes {
        body = match value {
            Some(value) => with(&body, path, value)?,
            None => without(&body, path)?,
        };
    }
    Ok(format!("{mark}{body}"))
}

/// What a user typed for a setting, as the file holds it.
pub(super) fn typed(field: &Field, text: &str) -> Result<Value, String> {
    let trimmed = text.trim();
    let refused = || Err(format!("is “{trimmed}”; allowed is {}.", allowed(field)));
    let value: Value = match field.kind {
        Kind::Text | Kind::LongText | Kind::Choice => text.into(),
        // As the file has it, too.
        Kind::List if trimmed.starts_with('[') => match trimmed.parse::<Value>() {
            Ok(value) => value,
            Err(_) => return refused(),
        },
        Kind::List => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            Value::Array(lines.collect::<Array>())
        }
        Kind::Decimal => {
            // Some write the fraction behind a comma.
            let Ok(number) = trimmed.replace(',', ".").parse::<f64>() else {
                return refused();
            };
            number.into()
        }
        Kind::Switch | Kind::Whole | Kind::Biases => match trimmed.parse::<Value>() {
            Ok(value) => value,
            Err(_) => return refused(),
        },
    };
    match fault_of(field, &value) {
        None => Ok(value),
        Some(_) => refused(),
    }
}

/// A value of a file, as a user types it.
pub(super) fn shown(item: &Item) -> String {
    match item {
        Item::Value(Value::String(text)) => text.value().clone(),
        Item::Value(Value::Array(list)) if list.iter().all(Value::is_str) => {
            let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            texts.join("\n")
        }
        other => other.to_string().trim().to_owned(),
    }
}

/// The value of a name in a file's table.
pub(super) fn value_at<'a>(table: &'a Table, path: &[String]) -> Option<&'a Item> {
    let (last, way) = path.split_last()?;
    let mut table: &dyn TableLike = table;
    for name in way {
        table = table.get(name)?.as_table_like()?;
    }
    table.get(last)
}

fn with(text: &str, path: &[String], value: &Value) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error| said(&error))?;
    let Some((last, way)) = path.split_last() else {
        return Ok(text.to_owned());
    };
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for (depth, name) in way.iter().enumerate() {
        let mut new = Table::new();
        // Only the innermost section gets a heading of its own.
        new.set_implicit(depth + 1 < way.len());
        let entry = table.entry(name).or_insert(Item::Table(new));
        let is_value = || format!("{name} is a value where a section is due.");
        table = entry.as_table_like_mut().ok_or_else(is_value)?;
    }
    if !table.contains_key(last)
        && let Some(placed) = below_its_remark(text, way, last, value)
    {
        return Ok(placed);
    }
    let mut value = value.clone();
    let old = table.get(last).and_then(Item::as_value);
    if let Some(old) = old {
        // What is remarked behind it stays.
        *value.decor_mut() = old.decor().clone();
    }
    match table.get_mut(last) {
        Some(item) => *item = Item::Value(value),
        None => drop(table.insert(last, Item::Value(value))),
    }
    Ok(ends_as(text, document.to_string()))
}

/// The text with a value behind the remark that shows it, `# top_k = 50`; none where its section
/// has no such remark.
fn below_its_remark(text: &str, way: &[String], name: &str, value: &Value) -> Option<String> {
    let [section] = way else { return None };
    let header = format!("[{section}]");
    let shown = format!("# {name} = ");
    let mut begin = 0;
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        let end = begin + line.len();
        if line.starts_with('[') {
            inside = line.trim_end().split('#').next().map(str::trim_end) == Some(&header);
        }
        if inside && line.starts_with(&shown) && line.ends_with('\n') {
            let (before, behind) = text.split_at(end);
            let line_end = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
            let placed = format!("{before}{name} = {value}{line_end}{behind}");
            // A line of a text that only looks like a remark is none.
            let is_set = |text: &str| {
                let all: toml::Table = toml::from_str(text).ok()?;
                all.get(section)?.get(name).map(drop)
            };
            return is_set(&placed).map(|()| placed);
        }
        begin = end;
    }
    None
}

/// The text with a section under another name, with everything in it. One that has the new name
/// already stays, and so does the old one then.
pub(super) fn renamed(text: &str, section: &str, from: &str, to: &str) -> Result<String, String> {
    let mut document: DocumentMut = body(text).parse().map_err(|error| said(&error))?;
    let table = document.get_mut(section).and_then(Item::as_table_like_mut);
    if let Some(table) = table.filter(|table| !table.contains_key(to))
        && let Some(own) = table.remove(from)
    {
        table.insert(to, own);
    }
    Ok(in_form_of(text, document.to_string()))
}

/// A text without the mark that some programs put before it.
pub(crate) fn body(text: &str) -> &str {
    text.strip_prefix('\u{FEFF}').unwrap_or(text)
}

/// Takes a value out. The remarks before and behind it stay.
fn without(text: &str, path: &[String]) -> Result<String, String> {
    let document = Document::parse(text).map_err(|error| said(&error))?;
    let Some((last, way)) = path.split_last() else {
        return Ok(text.to_owned());
    };
    let mut table: &dyn TableLike = document.as_table();
    for name in way {
        match table.get(name).and_then(Item::as_table_like) {
            Some(inner) => table = inner,
            None => return Ok(text.to_owned()),
        }
    }
    let Some((key, item)) = table.get_key_value(last) else {
        return Ok(text.to_owned());
    };
    let span = key.span().zip(item.span()).filter(|_| item.is_value());
    if let Some((key, value)) = span
        && let Some(rest) = line_without(text, key.start, value.end)
    {
        return Ok(rest);
    }
    let mut document = document.into_mut();
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for name in way {
        match table.get_mut(name).and_then(Item::as_table_like_mut) {
            Some(inner) => table = inner,
            None => return Ok(text.to_owned()),
        }
    }
    table.remove(last);
    Ok(ends_as(text, document.to_string()))
}

/// The text without the line of a value; none where it shares its line with others.
fn line_without(text: &str, start: usize, end: usize) -> Option<String> {
    let (before, behind) = (text.get(..start)?, text.get(end..)?);
    let line = before.rfind('\n').map_or(0, |place| place + 1);
    let indent = before.get(line..)?;
    let (rest, next) = match behind.find('\n') {
        Some(place) => behind.split_at(place + 1),
        None => (behind, ""),
    };
    let remark = rest.trim();
    let is_alone = indent.trim().is_empty() && (remark.is_empty() || remark.starts_with('#'));
    if !is_alone {
        return None;
    }
    let kept = if remark.is_empty() {
        ""
    } else {
        rest.trim_start()
    };
    Some([before.get(..line)?, kept, next].concat())
}

/// A text in the form that an older one had: with its mark at the beginning, and its line ends.
pub(crate) fn in_form_of(old: &str, new: String) -> String {
    let new = ends_as(old, new);
    if old.starts_with('\u{FEFF}') && !new.starts_with('\u{FEFF}') {
        return format!("\u{FEFF}{new}");
    }
    new
}

/// Gives the text back the line ends that it had.
fn ends_as(old: &str, new: String) -> String {
    if !old.contains("\r\n") {
        return new;
    }
    new.replace("\r\n", "\n").replace('\n', "\r\n")
}

fn said(error: &TomlError) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(key: &str) -> Vec<String> {
        super::super::keys::parsed(key).unwrap()
    }

    fn set(text: &str, key: &str, value: impl Into<Value>) -> String {
        edited(text, &[(path(key), Some(value.into()))]).unwrap()
    }

    fn unset(text: &str, key: &str) -> String {
        edited(text, &[(path(key), None)]).unwrap()
    }

    #[test]
    fn f32_a_changed_value_leaves_every_other_byte_as_it_is() {
        let text = "\u{FEFF}# mine\r\n[window]  # look\r\ntheme   =  \"dark\" # at night\r\n\r\nnew_key = 1_000 # later\r\n";
        assert_eq!(
            set(text, "window.theme", "light"),
            text.replace("\"dark\"", "\"light\"")
        );
        let more = set(text, "window.quick_ask", "F1");
        assert_eq!(more, format!("{text}quick_ask = \"F1\"\r\n"));
    }

    #[test]
    fn a_value_is_taken_out_and_the_remarks_around_it_stay() {
        let text = "[a]\n# before\nx = 1 # behind\n# next\ny = \"\"\"\nlong\n\"\"\"\nz = 3\n";
        assert_eq!(
            unset(text, "a.x"),
            "[a]\n# before\n# behind\n# next\ny = \"\"\"\nlong\n\"\"\"\nz = 3\n"
        );
        assert_eq!(
            unset(text, "a.y"),
            "[a]\n# before\nx = 1 # behind\n# next\nz = 3\n"
        );
        assert_eq!(unset(text, "a.none"), text);
        assert_eq!(unset(text, "b.x"), text);
        assert_eq!(unset("a = { x = 1, y = 2 }\n", "a.x"), "a = { y = 2 }\n");
    }

    #[test]
    fn a_value_is_set_below_the_remark_that_shows_it() {
        let text = "[a]\r\n# Words.\r\n# top_k = 50\r\n# Next.\r\nx = 1\r\n[b]\r\n# y = 1\r\n";
        let set_text = set(text, "a.top_k", 3);
        assert_eq!(set_text, text.replace("= 50\r\n", "= 50\r\ntop_k = 3\r\n"));
        assert_eq!(unset(&set_text, "a.top_k"), text);
        let tricky = "[a]\nt = \"\"\"\n# top_k = 50\n\"\"\"\n";
        assert!(set(tricky, "a.top_k", 3).ends_with("top_k = 3\n"));
    }

    #[test]
    fn a_section_gets_another_name_and_keeps_what_is_in_it() {
        let text = "# mine\n[models.\"a b\".sampling] # warm\ntop_k = 3 # few\n\n[models.c.engine]\nslots = 1\n";
        assert_eq!(
            renamed(text, "models", "a b", "d").unwrap(),
            text.replace("\"a b\"", "d")
        );
        assert_eq!(renamed(text, "models", "a b", "c").unwrap(), text);
        assert_eq!(renamed(text, "models", "x", "y").unwrap(), text);
    }

    #[test]
    fn a_section_of_a_model_is_made_where_it_is_missing() {
        let text = set("[chat]\n", "models.\"llama 3.2\".sampling.top_k", 3);
        assert_eq!(
            text,
            "[chat]\n\n[models.\"llama 3.2\".sampling]\ntop_k = 3\n"
        );
        assert!(edited("chat = 1\n", &[(path("chat.model"), Some("x".into()))]).is_err());
    }
}
