//! GGUF files made to measure: sound ones to begin with, and damage in chosen places.

/// The type numbers of metadata values.
pub mod kind {
    /// A whole number of 32 bits without a sign.
    pub const U32: u32 = 4;
    /// A number of 32 bits with a fraction.
    pub const F32: u32 = 6;
    /// A text.
    pub const TEXT: u32 = 8;
    /// An array.
    pub const ARRAY: u32 = 9;
}

/// A file in the making. The fields are written as they are, true or not.
#[derive(Clone, Debug)]
pub struct Forge {
    /// The format's version.
    pub version: u32,
    /// How many tensors the header claims; what is there where none.
    pub claimed_tensors: Option<u64>,
    /// How many metadata entries the header claims; what is there where none.
    pub claimed_entries: Option<u64>,
    /// The metadata: key, type, and the value's bytes.
    pub entries: Vec<(String, u32, Vec<u8>)>,
    /// The tensors.
    pub tensors: Vec<Tensor>,
    /// Bytes of weights behind the header.
    pub weights: usize,
}

/// A tensor of the list.
#[derive(Clone, Debug)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Its shape.
    pub shape: Vec<u64>,
    /// The number of its type.
    pub kind: u32,
    /// Where its weights begin.
    pub offset: u64,
}

impl Default for Forge {
    /// A sound header of a tiny chat model.
    fn default() -> Self {
        let tensor = Tensor {
            name: "w".into(),
            shape: vec![32, 2],
            kind: 0,
            offset: 0,
        };
        Self {
            version: 3,
            claimed_tensors: None,
            claimed_entries: None,
            entries: vec![
                ("general.architecture".into(), kind::TEXT, text("llama")),
                (
                    "llama.context_length".into(),
                    kind::U32,
                    512_u32.to_le_bytes().into(),
                ),
                (
                    "llama.block_count".into(),
                    kind::U32,
                    1_u32.to_le_bytes().into(),
                ),
            ],
            tensors: vec![tensor],
            weights: 256,
        }
    }
}

impl Forge {
    /// The file with one more metadata entry.
    #[must_use]
    pub fn with(mut self, key: &str, kind: u32, value: Vec<u8>) -> Self {
        self.entries.push((key.to_owned(), kind, value));
        self
    }

    /// The file with its tensor changed.
    #[must_use]
    pub fn tensor(mut self, change: impl FnOnce(&mut Tensor)) -> Self {
        change(&mut self.tensors[0]);
        self
    }

    /// The file's bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut file = b"GGUF".to_vec();
        file.extend(self.version.to_le_bytes());
        file.extend(
            self.claimed_tensors
                .unwrap_or(self.tensors.len() as u64)
                .to_le_bytes(),
        );
        file.extend(
            self.claimed_entries
                .unwrap_or(self.entries.len() as u64)
                .to_le_bytes(),
        );
        for (key, kind, value) in &self.entries {
            file.extend(text(key));
            file.extend(kind.to_le_bytes());
            file.extend(value);
        }
        for tensor in &self.tensors {
            file.extend(text(&tensor.name));
            file.extend(
                u32::try_from(tensor.shape.len())
                    .unwrap_or(u32::MAX)
                    .to_le_bytes(),
            );
            tensor
                .shape
                .iter()
                .for_each(|length| file.extend(length.to_le_bytes()));
            file.extend(tensor.kind.to_le_bytes());
            file.extend(tensor.offset.to_le_bytes());
        }
        file.resize(file.len().next_multiple_of(32), 0);
        file.resize(file.len() + self.weights, 0);
        file
    }
}

/// A text as the format writes it.
#[must_use]
pub fn text(text: &str) -> Vec<u8> {
    let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
    bytes.extend(text.as_bytes());
    bytes
}

/// A PDF file of one page with one line of text (ISO 32000-1, annex H.3).
#[must_use]
pub fn pdf(line: &str) -> Vec<u8> {
    let content = format!("BT /F1 24 Tf 72 720 Td ({line}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_owned(),
    ];
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(file.len());
        file.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let end = format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
        objects.len() + 1
    );
    file.extend(end.bytes());
    file
}
