//! Character cards as other programs write them: JSON, or a PNG that carries it, of the versions
//! 1, 2 and 3. They are data: nothing in one is ever run, opened or fetched.
//!
//! In a PNG the JSON stands in base64 in a text chunk: `ccv3` for version 3, `chara` for the
//! others. What Hearth does not use of a card is kept and written again.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use image::{ImageFormat, ImageReader, Limits};
use serde_json::{Value, json};

use crate::config::sampling::SamplingConfig;
use crate::{Code, Error, Result};

use super::{Card, traits};

/// Bytes of a card, at most.
pub const MOST_BYTES: usize = 20 * 1024 * 1024;
/// Pixels on a side of a picture that is read, at most.
const MOST_PIXELS: u32 = 8192;
/// Memory that reading a picture may take.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
/// Pixels on a side of a picture that is kept.
const KEPT_PIXELS: u32 = 320;
/// Bytes of what Hearth does not use of a card and keeps, at most.
const MOST_KEPT: usize = 128 * 1024;
/// Characters of one text, at most.
const MOST_TEXT: usize = 16 * 1024;

/// The persona of a card, and its picture.
pub(super) fn read(bytes: &[u8]) -> Result<(Card, Option<Vec<u8>>)> {
    if bytes.len() > MOST_BYTES {
        return Err(unreadable("it is larger than 20 MiB"));
    }
    if bytes.starts_with(b"\x89PNG") {
        let text = in_image(bytes)?;
        return Ok((from_json(&text)?, Some(picture(bytes)?)));
    }
    let text =
        std::str::from_utf8(bytes).map_err(|_| unreadable("it is neither a PNG nor JSON"))?;
    Ok((from_json(text.trim_start_matches('\u{feff}'))?, None))
}

/// A picture as it is kept: small, square, without whatever else its file held.
pub(super) fn picture(bytes: &[u8]) -> Result<Vec<u8>> {
    let refused = |error: image::ImageError| unreadable(&format!("its picture is none ({error})"));
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| unreadable(&error.to_string()))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS);
    limits.max_image_height = Some(MOST_PIXELS);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let image = reader.decode().map_err(refused)?;
    let small = image.resize_to_fill(
        KEPT_PIXELS,
        KEPT_PIXELS,
        image::imageops::FilterType::Triangle,
    );
    let mut kept = Cursor::new(Vec::new());
    small
        .to_rgba8()
        .write_to(&mut kept, ImageFormat::Png)
        .map_err(refused)?;
    Ok(kept.into_inner())
}

/// The JSON in a PNG's text.
fn in_image(bytes: &[u8]) -> Result<String> {
    let damaged = |error: png::DecodingError| unreadable(&format!("the PNG is damaged ({error})"));
    let limits = png::Limits {
        bytes: MOST_BYTES * 2,
    };
    let mut reader = png::Decoder::new_with_limits(Cursor::new(bytes), limits)
        .read_info()
        .map_err(damaged)?;
    // Text may stand behind the picture.
    reader.finish().map_err(damaged)?;
    let info = reader.info();
    let plain = info
        .uncompressed_latin1_text
        .iter()
        .map(|chunk| (chunk.keyword.clone(), chunk.text.clone()));
    let packed = info
        .compressed_latin1_text
        .iter()
        .filter_map(|chunk| Some((chunk.keyword.clone(), chunk.get_text().ok()?)));
    let mut texts: Vec<(String, String)> = plain.chain(packed).collect();
    texts.sort_by_key(|(keyword, _)| keyword != "ccv3");
    let found = texts
        .into_iter()
        .find(|(keyword, _)| keyword == "ccv3" || keyword == "chara");
    let (_, text) = found.ok_or_else(|| unreadable("the picture carries no character"))?;
    let json = BASE64
        .decode(text.trim())
        .map_err(|_| unreadable("its text is not in base64"))?;
    String::from_utf8(json).map_err(|_| unreadable("its text is not in UTF-8"))
}

fn from_json(text: &str) -> Result<Card> {
    let whole: Value = serde_json::from_str(text)
        .map_err(|error| unreadable(&format!("its JSON is faulty: {error}")))?;
    // Versions 2 and 3 have it under `data`; version 1 is flat.
    let data = whole
        .get("data")
        .filter(|data| data.is_object())
        .unwrap_or(&whole);
    let text = |key: &str| -> String {
        let text = data.get(key).and_then(Value::as_str).unwrap_or_default();
        text.replace("\r\n", "\n").chars().take(MOST_TEXT).collect()
    };
    let name = text("name");
    if name.trim().is_empty() {
        return Err(unreadable("it names no character"));
    }
    let joined = |parts: [String; 2]| {
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|part| !part.trim().is_empty())
            .collect();
        parts.join("\n\n")
    };
    let own = data
        .pointer("/extensions/hearth")
        .cloned()
        .unwrap_or_default();
    let hearths = |key: &str| own.get(key).cloned().unwrap_or_default();
    let voice = match own.get("voice").and_then(Value::as_str) {
        Some(voice) => voice.chars().take(MOST_TEXT).collect(),
        None if text("mes_example").trim().is_empty() => String::new(),
        None => format!(
            "as in these examples:\n{}",
            text("mes_example").replace("<START>", "").trim()
        ),
    };
    let sampling: SamplingConfig = serde_json::from_value(hearths("sampling")).unwrap_or_default();
    Ok(Card {
        name,
        description: joined([
            text("description"),
            joined([text("personality"), text("scenario")]),
        ]),
        greeting: text("first_mes"),
        system_prompt: joined([text("system_prompt"), text("post_history_instructions")])
            .replace("{{original}}", ""),
        voice,
        model: hearths("model").as_str().map(str::to_owned),
        sampling,
        traits: traits::within_range(
            &serde_json::from_value(hearths("traits")).unwrap_or_default(),
        ),
        frozen: hearths("frozen").as_bool().unwrap_or_default(),
        feelings: hearths("feelings").as_bool().unwrap_or_default(),
        similar: hearths("similar").as_bool().unwrap_or_default(),
        hue: hearths("hue")
            .as_u64()
            .and_then(|hue| u16::try_from(hue).ok())
            .unwrap_or_else(|| hue_of(data)),
        imported: Some(data.to_string())
            .filter(|text| text.len() <= MOST_KEPT)
            .unwrap_or_default(),
    })
}

/// A persona as JSON of version 3, which readers of version 2 understand too.
pub(super) fn json(card: &Card) -> String {
    let mut data: Value = serde_json::from_str(&card.imported).unwrap_or_else(|_| json!({}));
    if !data.is_object() {
        data = json!({});
    }
    for (key, value) in [
        ("name", &card.name),
        ("description", &card.description),
        ("first_mes", &card.greeting),
        ("system_prompt", &card.system_prompt),
    ] {
        data[key] = json!(value);
    }
    // These went into the others when the card was read.
    for key in [
        "personality",
        "scenario",
        "mes_example",
        "post_history_instructions",
    ] {
        data[key] = json!("");
    }
    for (key, value) in [
        ("creator_notes", json!("")),
        ("creator", json!("")),
        ("character_version", json!("1.0")),
        ("alternate_greetings", json!([])),
        ("group_only_greetings", json!([])),
        ("tags", json!([])),
        ("extensions", json!({})),
    ] {
        // Some programs write an empty object as an empty list.
        let odd = key == "extensions" && !data[key].is_object();
        if data[key].is_null() || odd {
            data[key] = value;
        }
    }
    data["extensions"]["hearth"] = json!({
        "voice": card.voice, "traits": card.traits, "hue": card.hue, "feelings": card.feelings,
        "similar": card.similar,
        "frozen": card.frozen, "sampling": card.sampling, "model": card.model,
    });
    let whole = json!({ "spec": "chara_card_v3", "spec_version": "3.0", "data": data });
    format!("{whole:#}\n")
}

/// A persona as a PNG that carries it, for readers of all versions.
pub(super) fn image(card: &Card, avatar: Option<&[u8]>) -> Result<Vec<u8>> {
    let fault = |error: image::ImageError| Error::internal(error);
    let pixels = match avatar {
        Some(bytes) => image::load_from_memory_with_format(bytes, ImageFormat::Png)
            .map_err(fault)?
            .to_rgba8(),
        None => drawn(card.hue),
    };
    let text = BASE64.encode(json(card));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let fault = |error: png::EncodingError| Error::internal(error);
    encoder
        .add_text_chunk("chara".to_owned(), text.clone())
        .map_err(fault)?;
    encoder
        .add_text_chunk("ccv3".to_owned(), text)
        .map_err(fault)?;
    let mut writer = encoder.write_header().map_err(fault)?;
    writer.write_image_data(&pixels).map_err(fault)?;
    writer.finish().map_err(fault)?;
    Ok(bytes)
}

/// A picture for a persona that has none: a glow of its colour.
fn drawn(hue: u16) -> image::RgbaImage {
    let side = KEPT_PIXELS as f32;
    image::RgbaImage::from_fn(KEPT_PIXELS, KEPT_PIXELS, |x, y| {
        let far = ((x as f32 / side - 0.5).powi(2) + (y as f32 / side - 0.4).powi(2)).sqrt();
        let light = (0.78 - far * 0.7).clamp(0.25, 0.78);
        let part = |shift: f32| {
            let place = (f32::from(hue) / 60.0 + shift).rem_euclid(6.0);
            let strength = (place.min(4.0 - place)).clamp(0.0, 1.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a share of 255"
            )]
            let part = ((light * (0.55 + 0.45 * strength)) * 255.0) as u8;
            part
        };
        image::Rgba([part(2.0), part(0.0), part(4.0), 255])
    })
}

/// Some colour, the same for the same name.
fn hue_of(data: &Value) -> u16 {
    let name = data.get("name").and_then(Value::as_str).unwrap_or_default();
    name.chars().fold(7_u16, |sum, sign| {
        (sum * 31 + (sign as u32 % 360) as u16) % 360
    })
}

fn unreadable(why: &str) -> Error {
    Error::new(
        Code::ImportUnreadable,
        format!("This is no character card that can be read: {why}."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Card {
        Card {
            name: "Zoë".into(),
            description: "Who she is.".into(),
            greeting: "Hi".into(),
            system_prompt: "Stay kind.".into(),
            voice: "Short.".into(),
            feelings: true,
            similar: true,
            hue: 200,
            ..Card::default()
        }
    }

    #[test]
    fn a_card_comes_back_from_json_and_from_a_picture() {
        for bytes in [json(&card()).into_bytes(), image(&card(), None).unwrap()] {
            let (mut back, picture) = read(&bytes).unwrap();
            assert_eq!(picture.is_some(), bytes.starts_with(b"\x89PNG"));
            back.imported = String::new();
            assert_eq!(back, card());
        }
    }

    #[test]
    fn cards_of_all_versions_are_read_and_what_is_unknown_stays() {
        let one = br#"{"name":"A","description":"d","personality":"p","scenario":"s","first_mes":"hello {{user}}","mes_example":"<START>\nA: hi"}"#;
        let (card, _) = read(one).unwrap();
        assert_eq!(
            (card.description.as_str(), card.greeting.as_str()),
            ("d\n\np\n\ns", "hello {{user}}")
        );
        assert!(card.voice.contains("A: hi"));
        let two = br#"{"spec":"chara_card_v2","spec_version":"2.0","data":{"name":"B","system_prompt":"x {{original}}","character_book":{"entries":[1]},"extensions":{"other":{"k":2}}}}"#;
        let (card, _) = read(two).unwrap();
        let written: Value = serde_json::from_str(&json(&card)).unwrap();
        assert_eq!(written["data"]["character_book"]["entries"][0], 1);
        assert_eq!(written["data"]["extensions"]["other"]["k"], 2);
    }

    #[test]
    fn hostile_cards_are_refused_and_nothing_else_happens() {
        let mut cut = image(&card(), None).unwrap();
        cut.truncate(cut.len() / 2);
        let plain = picture(&image(&card(), None).unwrap()).unwrap();
        for bytes in [
            &b"{}"[..],
            b"[1,2]",
            b"{\"name\":\"  \"}",
            b"\x89PNG\r\n\x1a\nrubbish",
            b"not json",
            b"\xff\xfe",
            b"",
            &cut,
            &plain,
            br#"{"data":{"name":7}}"#,
        ] {
            assert_eq!(read(bytes).unwrap_err().code, Code::ImportUnreadable);
        }
        let (php, _) = read(br#"{"name":"X","extensions":[]}"#).unwrap();
        assert!(json(&php).contains("hearth"));
        // Deep nesting and hostile numbers do not break the reader either.
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(read(deep.as_bytes()).is_err());
        let odd = br#"{"name":"C","extensions":{"hearth":{"traits":{"humor":1e30},"hue":99999999,"sampling":"x"}}}"#;
        let (odd, _) = read(odd).unwrap();
        assert!((odd.traits["humor"] - 1.0).abs() < 1e-6);
    }
}
