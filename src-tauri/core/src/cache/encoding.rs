//! The canonical encoding of a request: equal requests have equal bytes, and different ones
//! never do.
//!
//! Every value carries its type and its length, so no two fields can run into each other. The
//! fields of a struct stand in the order of their names, with the names: a field that is added
//! to a request later enters the key by itself. What does not shape an answer has to be left out
//! by name (serde's `skip`, and [`Encoder::seedless`]). Text is in Unicode's form NFC, without
//! any other folding; numbers that are equal are written alike, whatever their width.

use serde::ser::{self, Serialize};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Written first; another one makes every older entry a miss.
const VERSION: u8 = 1;

mod tag {
    pub(super) const NONE: u8 = 0;
    pub(super) const SOME: u8 = 1;
    pub(super) const FALSE: u8 = 2;
    pub(super) const TRUE: u8 = 3;
    pub(super) const WHOLE: u8 = 4;
    pub(super) const NEGATIVE: u8 = 5;
    pub(super) const DECIMAL: u8 = 6;
    pub(super) const TEXT: u8 = 7;
    pub(super) const BYTES: u8 = 8;
    pub(super) const UNIT: u8 = 9;
    pub(super) const VARIANT: u8 = 10;
    pub(super) const LIST: u8 = 11;
    pub(super) const FIELDS: u8 = 12;
}

/// The bytes of a value. `seedless` leaves out the seed of the sampling: where it was drawn for
/// this request alone, or nothing is drawn, it is no part of what was asked.
pub(super) fn encoded<T: Serialize>(value: &T, seedless: bool, room: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(room);
    bytes.push(VERSION);
    let mut encoder = Encoder {
        bytes: &mut bytes,
        seedless,
    };
    // Nothing that is encoded here has a `Serialize` of its own that could refuse.
    if value.serialize(&mut encoder).is_err() {
        bytes.clear();
    }
    bytes
}

/// Whether no letter of a text can be part of a composed one: those begin with U+0300, of which
/// the first byte in UTF-8 is 0xCC.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte < 0xCC)
}

struct Encoder<'a> {
    bytes: &'a mut Vec<u8>,
    seedless: bool,
}

impl Encoder<'_> {
    fn length(&mut self, length: usize) {
        self.bytes.extend((length as u64).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        let place = self.bytes.len();
        self.length(text.len());
        if is_plain(text) || is_nfc_quick(text.chars()) == IsNormalized::Yes {
            self.bytes.extend_from_slice(text.as_bytes());
            return;
        }
        let start = self.bytes.len();
        let mut letter = [0; 4];
        for one in text.nfc() {
            self.bytes
                .extend_from_slice(one.encode_utf8(&mut letter).as_bytes());
        }
        let length = (self.bytes.len() - start) as u64;
        self.bytes[place..start].copy_from_slice(&length.to_le_bytes());
    }

    fn variant(&mut self, name: &str) {
        self.bytes.push(tag::VARIANT);
        self.text(name);
    }

    fn whole(&mut self, value: u64) {
        self.bytes.push(tag::WHOLE);
        self.bytes.extend(value.to_le_bytes());
    }
}

/// The end of what may be encoded: a value that refuses to be.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refused(String);

impl ser::Error for Refused {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

type Done = Result<(), Refused>;

impl<'e> ser::Serializer for &'e mut Encoder<'_> {
    type Ok = ();
    type Error = Refused;
    type SerializeSeq = List<'e>;
    type SerializeTuple = List<'e>;
    type SerializeTupleStruct = List<'e>;
    type SerializeTupleVariant = List<'e>;
    type SerializeMap = Fields<'e>;
    type SerializeStruct = Fields<'e>;
    type SerializeStructVariant = Fields<'e>;

    fn serialize_bool(self, value: bool) -> Done {
        self.bytes.push(if value { tag::TRUE } else { tag::FALSE });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Done {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Done {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Done {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Done {
        if let Ok(value) = u64::try_from(value) {
            self.whole(value);
        } else {
            self.bytes.push(tag::NEGATIVE);
            self.bytes.extend(value.to_le_bytes());
        }
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Done {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Done {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Done {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Done {
        self.whole(value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Done {
        self.serialize_f64(value.into())
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "only where nothing is lost by it"
    )]
    fn serialize_f64(self, value: f64) -> Done {
        /// From here on not every whole number is a decimal one.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if value.fract() == 0.0 && value.abs() < EXACT {
            // Also -0.0, which is 0.
            return self.serialize_i64(value as i64);
        }
        let bits = if value.is_nan() { f64::NAN } else { value }.to_bits();
        self.bytes.push(tag::DECIMAL);
        self.bytes.extend(bits.to_le_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Done {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Done {
        self.bytes.push(tag::TEXT);
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Done {
        self.bytes.push(tag::BYTES);
        self.length(value.len());
        self.bytes.extend_from_slice(value);
        Ok(())
    }

    fn serialize_none(self) -> Done {
        self.bytes.push(tag::NONE);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        self.bytes.push(tag::SOME);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        self.bytes.push(tag::UNIT);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Done {
        self.variant(name);
        self.serialize_unit()
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Done {
        self.variant(name);
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'e>, Refused> {
        Ok(List::begin(self))
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'e>, Refused> {
        Ok(List::begin(self))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'e>, Refused> {
        Ok(List::begin(self))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<List<'e>, Refused> {
        self.variant(name);
        Ok(List::begin(self))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields<'e>, Refused> {
        Ok(Fields::begin(self, ""))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Fields<'e>, Refused> {
        Ok(Fields::begin(self, name))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Fields<'e>, Refused> {
        self.variant(name);
        Ok(Fields::begin(self, ""))
    }
}

/// Values in a row; their number stands in front.
struct List<'e> {
    bytes: &'e mut Vec<u8>,
    seedless: bool,
    place: usize,
    count: usize,
}

impl<'e> List<'e> {
    fn begin(encoder: &'e mut Encoder<'_>) -> Self {
        encoder.bytes.push(tag::LIST);
        let place = encoder.bytes.len();
        encoder.length(0);
        List {
            seedless: encoder.seedless,
            bytes: encoder.bytes,
            place,
            count: 0,
        }
    }

    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.count += 1;
        value.serialize(&mut Encoder {
            bytes: self.bytes,
            seedless: self.seedless,
        })
    }

    fn finish(self) {
        let count = (self.count as u64).to_le_bytes();
        self.bytes[self.place..self.place + count.len()].copy_from_slice(&count);
    }
}

macro_rules! list {
    ($($kind:ident, $add:ident;)*) => {$(
        impl ser::$kind for List<'_> {
            type Ok = ();
            type Error = Refused;

            fn $add<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
                self.add(value)
            }

            fn end(self) -> Done {
                self.finish();
                Ok(())
            }
        }
    )*};
}

list! {
    SerializeSeq, serialize_element;
    SerializeTuple, serialize_element;
    SerializeTupleStruct, serialize_field;
    SerializeTupleVariant, serialize_field;
}

/// Values with names, in the order of the names.
struct Fields<'e> {
    bytes: &'e mut Vec<u8>,
    seedless: bool,
    /// The struct's name.
    of: &'static str,
    start: usize,
    /// Where each begins.
    begins: Vec<usize>,
}

impl<'e> Fields<'e> {
    fn begin(encoder: &'e mut Encoder<'_>, of: &'static str) -> Self {
        encoder.bytes.push(tag::FIELDS);
        Fields {
            seedless: encoder.seedless,
            start: encoder.bytes.len(),
            bytes: encoder.bytes,
            of,
            begins: Vec::with_capacity(24),
        }
    }

    fn encoder(&mut self) -> Encoder<'_> {
        Encoder {
            bytes: self.bytes,
            seedless: self.seedless,
        }
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Done {
        if self.seedless && self.of == "Sampling" && name == "seed" {
            return Ok(());
        }
        self.begins.push(self.bytes.len());
        let mut encoder = self.encoder();
        encoder.text(name);
        value.serialize(&mut encoder)
    }

    fn finish(mut self) {
        let end = self.bytes.len();
        let ends = self.begins.iter().skip(1).copied().chain([end]);
        let mut parts: Vec<(usize, usize)> = self.begins.iter().copied().zip(ends).collect();
        let all = &self.bytes;
        let in_order = parts
            .windows(2)
            .all(|two| all[two[0].0..two[0].1] <= all[two[1].0..two[1].1]);
        if !in_order {
            parts.sort_by(|one, other| all[one.0..one.1].cmp(&all[other.0..other.1]));
            // Part by part: a long prompt is one of them.
            let mut sorted = Vec::with_capacity(end - self.start);
            for (from, to) in parts {
                sorted.extend_from_slice(&all[from..to]);
            }
            self.bytes.truncate(self.start);
            self.bytes.extend_from_slice(&sorted);
        }
        let count = self.begins.len();
        self.encoder().length(count);
    }
}

impl ser::SerializeStruct for Fields<'_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Done {
        self.field(name, value)
    }

    fn end(self) -> Done {
        self.finish();
        Ok(())
    }
}

impl ser::SerializeStructVariant for Fields<'_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Done {
        self.field(name, value)
    }

    fn end(self) -> Done {
        self.finish();
        Ok(())
    }
}

impl ser::SerializeMap for Fields<'_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        self.begins.push(self.bytes.len());
        key.serialize(&mut self.encoder())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(&mut self.encoder())
    }

    fn end(self) -> Done {
        self.finish();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    fn bytes(value: &Value) -> Vec<u8> {
        encoded(value, false, 0)
    }

    #[test]
    fn numbers_that_are_equal_are_written_alike_and_others_are_not() {
        assert_eq!(bytes(&json!(1)), bytes(&json!(1.0)));
        assert_eq!(bytes(&json!(0)), bytes(&json!(-0.0)));
        assert_eq!(encoded(&0.5_f32, false, 0), encoded(&0.5_f64, false, 0));
        assert_eq!(encoded(&f64::NAN, false, 0), encoded(&-f64::NAN, false, 0));
        for (one, other) in [
            (json!(1), json!(true)),
            (json!(1), json!("1")),
            (json!(null), json!("")),
            (json!([]), json!({})),
            (json!(1), json!(-1)),
            (json!(1.5), json!(1)),
        ] {
            assert_ne!(bytes(&one), bytes(&other), "{one} {other}");
        }
    }

    #[test]
    fn fields_cannot_run_into_each_other() {
        let pairs = [
            (json!({"a": "bc", "d": ""}), json!({"a": "b", "cd": ""})),
            (json!(["ab", "c"]), json!(["a", "bc"])),
            (json!([["a"], "b"]), json!([["a", "b"]])),
            (json!({"a": {"b": 1}}), json!({"a": {}, "b": 1})),
        ];
        for (one, other) in pairs {
            assert_ne!(bytes(&one), bytes(&other), "{one} {other}");
        }
    }

    #[test]
    fn letters_composed_in_another_way_are_the_same_but_case_is_not_folded() {
        assert_eq!(bytes(&json!("Zo\u{e9}")), bytes(&json!("Zoe\u{301}")));
        assert_ne!(bytes(&json!("Paris")), bytes(&json!("paris")));
        assert_ne!(bytes(&json!("a b")), bytes(&json!("a  b")));
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-c]{0,3}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-c]{0,2}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn two_values_have_the_same_bytes_only_if_they_are_equal(one in values(), other in values()) {
            prop_assert_eq!(bytes(&one) == bytes(&other), one == other);
        }

        #[test]
        fn the_order_of_fields_does_not_matter(map in prop::collection::btree_map("[a-f]{1,3}", values(), 0..6)) {
            let forward: Map<String, Value> = map.clone().into_iter().collect();
            let backward: Map<String, Value> = map.into_iter().rev().collect();
            prop_assert_eq!(bytes(&Value::Object(forward)), bytes(&Value::Object(backward)));
        }
    }
}
