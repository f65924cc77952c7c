//! Settings files as no editor writes them: ten thousand mutants, and known nasties.

use hearth_core::config::Settings;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::settings::Place;

/// Ways to spoil a file.
fn spoiled(text: &str, place: Index, kind: u8) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let at = place.index(bytes.len());
    let nasty: &[&[u8]] = &[
        b"\xEF\xBB\xBF",
        b"\0",
        b"\xFF",
        b"[",
        b"]",
        b"\"",
        b"\"\"\"",
        b"=",
        b"\r",
        b"nan",
        b"1e999",
        b"[[chat]]\n",
        b"[engine]\n",
        b"slots = -9223372036854775808\n",
        b"{ a = 1 }",
        b"#",
        b"\n\n",
        b"models = 3\n",
        b"a.b.c = 1\n",
        b"0x",
        b"9".repeat(400).leak(),
    ];
    match kind % 5 {
        0 => bytes.truncate(at),
        1 => drop(bytes.remove(at)),
        2 => bytes[at] = bytes[at].wrapping_add(kind),
        3 => {
            let nasty = nasty[usize::from(kind) / 5 % nasty.len()];
            bytes.splice(at..at, nasty.iter().copied());
        }
        _ => {
            let piece = bytes[at..(at + 40).min(bytes.len())].to_vec();
            bytes.splice(at..at, piece);
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn f34_no_mutant_of_the_file_loses_a_key_or_stops_the_program(
        at: Index, kind: u8, second: Index, other: u8
    ) {
        let whole = include_str!("../../assets/config.toml");
        let once = spoiled(whole, at, kind);
        let bytes = match std::str::from_utf8(&once) {
            Ok(text) if !text.is_empty() => spoiled(text, second, other),
            _ => once,
        };
        let Ok(reading) = hearth_core::config::reading::read(&bytes) else { return Ok(()) };
        // Every value that is used is inside its range: writing them all gives no fault.
        let again = toml::to_string(&reading.config).unwrap();
        let read = hearth_core::config::reading::read(again.as_bytes()).unwrap();
        prop_assert_eq!(read.faults, vec![]);
        prop_assert_eq!(read.config, reading.config);
        // And a change of one value leaves all others, used or not, as they were.
        if at.index(10) == 0 {
            let place = Place::with(&bytes);
            let settings = place.open();
            let values = |settings: &Settings| {
                let mut values = settings.shown().values;
                values.retain(|shown| shown.key != "hub.limit");
                values
            };
            let before = values(&settings);
            let text = place.text();
            if settings.set("hub.limit", Some("77")).is_ok() {
                // Every other line is there as well, in its order: remarks, and what is unknown.
                let now = place.text();
                let mut lines = now.lines();
                for line in text.lines().filter(|line| !line.contains("limit")) {
                    prop_assert!(lines.any(|one| one == line), "{line}");
                }
                prop_assert_eq!(settings.get().hub.limit, 77);
                prop_assert_eq!(values(&settings), before);
            }
        }
    }
}

#[test]
fn f34_hostile_files_are_answered_at_once() {
    let deep = format!("x = {}", "[".repeat(10_000));
    let dotted = format!("{} = 1", vec!["a"; 10_000].join("."));
    let tables = "[a]\n".repeat(50_000);
    let wide: Vec<String> = (0..40_000).map(|number| format!("k{number} = 1")).collect();
    let wrong = format!("[models]\n{}", wide.join("\n"));
    let wide = wide.join("\n");
    let utf16: Vec<u8> = "[chat]".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [
        deep.into_bytes(),
        dotted.into_bytes(),
        tables.into_bytes(),
        wide.into_bytes(),
        wrong.into_bytes(),
        utf16,
    ] {
        let place = Place::with(&bytes);
        let settings = place.open();
        assert_eq!(settings.get().engine.slots, 4);
        assert_eq!(std::fs::read(&place.path).unwrap(), bytes);
    }
    // 100 MB are not even read.
    let place = Place::new();
    let file = std::fs::File::create(&place.path).unwrap();
    file.set_len(100 << 20).unwrap();
    let settings = place.open();
    assert!(settings.fault().unwrap().message.contains("100 MB"));
}
