//! What the Hugging Face hub has: a search for repositories with GGUF files, and one
//! repository's files in the quantizations to choose from.
//!
//! Three requests of the hub's public HTTP interface are all that is needed; they are described
//! at huggingface.co/docs/hub/api. Files that the hub stores in Xet come over the same interface
//! as all others, in ranges.

mod quantization;

use std::path::Path;
use std::time::Duration;

use reqwest::header::{HeaderMap, LINK};
use reqwest::{Response, Url};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::downloads::Order;
use super::web::{self, Trouble, Web};
use crate::config::Settings;
use crate::secrets::{Kept, SecretShown, Secrets};
use crate::{Code, Error, Result};

pub(crate) use quantization::is_quantization;
pub use quantization::{HubFile, Variant};

/// Under what other programs keep a token for the hub.
const TOKEN_NAMES: [&str; 3] = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_API_KEY"];

/// How long the hub may be silent.
const STALL: Duration = Duration::from_secs(30);
/// Repositories that a search gives, at most.
const FOUND: &str = "30";
/// Bytes of an answer that are read, at most.
const LARGEST: usize = 16 << 20;
/// Bytes of a model card that are read, at most.
const LONGEST_CARD: usize = 1 << 20;
/// Pages of a repository's list of files that are read, at most.
const PAGES: usize = 20;

/// A repository that a search found.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Found {
    /// Its name, `owner/name`.
    pub id: String,
    /// How many people like it.
    pub likes: u32,
    /// Downloads in the last month.
    pub downloads: u32,
    /// Its licence, as the hub calls it.
    pub license: Option<String>,
    /// Whether its owner wants terms to be agreed to first.
    pub gated: bool,
    /// When it last changed, in the form of RFC 3339.
    pub updated: Option<String>,
}

/// A repository with its files.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Repository {
    /// What a search says of it.
    #[serde(flatten)]
    pub found: Found,
    /// The version of its files, which downloads stick to.
    pub commit: String,
    /// The model in its quantizations, the smallest first.
    pub variants: Vec<Variant>,
}

/// The hub that the settings name.
#[derive(Clone)]
pub struct Hub {
    settings: Settings,
    secrets: Secrets,
}

impl Hub {
    /// A hub; nothing is asked yet.
    #[must_use]
    pub fn new(settings: Settings, secrets: Secrets) -> Self {
        Self { settings, secrets }
    }

    /// What may be shown of the user's token for it.
    pub async fn token(&self) -> Option<SecretShown> {
        self.secrets.shown(&self.token_name()).await
    }

    /// Keeps a token for it, or forgets the one that there is.
    pub async fn set_token(&self, token: Option<&str>) -> Result<Option<Kept>> {
        match token.map(str::trim).filter(|token| !token.is_empty()) {
            Some(token)
                if token.contains(|sign: char| sign.is_whitespace() || sign.is_control()) =>
            {
                let message = "A token is one word, such as hf_…; this has blanks or lines in it.";
                Err(Error::new(Code::BadSetting, message))
            }
            Some(token) => self.secrets.set(&self.token_name(), token).await.map(Some),
            None => self.secrets.remove(&self.token_name()).await.map(|()| None),
        }
    }

    /// Takes the token over from a `.env` file, as other programs keep it. False where it has
    /// none. The file stays as it is.
    pub async fn import_token(&self, env_file: &Path) -> Result<bool> {
        let unreadable = |why: &dyn std::fmt::Display| {
            let message = format!("{} cannot be read: {why}.", env_file.display());
            Error::new(Code::FileUnreadable, message)
        };
        let entries = dotenvy::from_path_iter(env_file).map_err(|error| unreadable(&error))?;
        let mut token = None;
        for entry in entries {
            // The parser's words hold the line, and the line may hold a secret.
            let (name, value) = entry.map_err(|_| unreadable(&"a line is no NAME=VALUE"))?;
            if TOKEN_NAMES.contains(&name.as_str()) && !value.trim().is_empty() {
                token = Some(value);
            }
        }
        if let Some(token) = &token {
            self.set_token(Some(token)).await?;
        }
        Ok(token.is_some())
    }

    fn token_name(&self) -> String {
        web::token_name(&self.settings.get().hub.endpoint)
    }

    /// Repositories with GGUF files in whose names these words are, those most downloaded first.
    pub async fn search(&self, text: &str) -> Result<Vec<Found>> {
        let web = self.web().await?;
        let mut url = web.address(&["api", "models"])?;
        url.query_pairs_mut()
            .extend_pairs([
                ("search", text.trim()),
                ("filter", "gguf"),
                ("sort", "downloads"),
                ("direction", "-1"),
                ("limit", FOUND),
            ])
            .extend_pairs(
                ["likes", "downloads", "gated", "tags", "lastModified"]
                    .map(|field| ("expand[]", field)),
            );
        let (found, _): (Vec<Said>, _) = ask(&web, &url).await?;
        Ok(found.into_iter().map(Found::from).collect())
    }

    /// A repository and its files, at its newest version.
    pub async fn repository(&self, id: &str) -> Result<Repository> {
        let id = checked(id)?;
        let web = self.web().await?;
        let (said, _): (Said, _) = ask(&web, &web.address(&["api", "models", id])?).await?;
        let commit = said.sha.clone().filter(|commit| is_commit(commit));
        let commit = commit.ok_or_else(|| strange("it names no version of its files"))?;
        let mut url = web.address(&["api", "models", id, "tree", &commit])?;
        url.query_pairs_mut().append_pair("recursive", "true");
        let mut files: Vec<Entry> = Vec::new();
        let mut next = Some(url);
        for _ in 0..PAGES {
            let Some(url) = next else { break };
            let (page, more): (Vec<Entry>, _) = ask(&web, &url).await?;
            files.extend(page);
            next = more;
        }
        let files = files.into_iter().filter_map(Entry::file).collect();
        Ok(Repository {
            found: said.into(),
            commit,
            variants: quantization::grouped(files),
        })
    }

    /// What has to be fetched to have a file of a repository at a version.
    pub fn order(&self, repository: &str, commit: &str, file: &HubFile) -> Result<Order> {
        let repository = checked(repository)?;
        if !is_commit(commit) {
            return Err(strange("it names no version of its files"));
        }
        let url = web::address_at(
            &self.settings.get().hub.endpoint,
            &[repository, "resolve", commit, &file.path],
        )?;
        Ok(Order {
            url: url.into(),
            name: format!("{}.gguf", quantization::local_name(&file.path)),
            from_hub: true,
            repository: Some(repository.to_owned()),
            commit: Some(commit.to_owned()),
            sha256: file.sha256.clone(),
            bytes: Some(file.bytes),
        })
    }

    /// What has to be fetched for an address, under a name; without one its last part is the
    /// name. An address of the hub, as the browser shows it or as its tools use it, means the
    /// file there.
    pub fn order_at(&self, address: &str, name: Option<&str>) -> Result<Order> {
        let mut order = Order::at(address, name)?;
        let endpoint = self.settings.get().hub.endpoint.clone();
        let endpoint = endpoint.trim_end_matches('/');
        let Some(rest) = order.url.strip_prefix(&format!("{endpoint}/")) else {
            return Ok(order);
        };
        let parts: Vec<&str> = rest.split('/').collect();
        if let [owner, name, "resolve" | "blob", version, path @ ..] = parts.as_slice()
            && !path.is_empty()
        {
            let repository = format!("{owner}/{name}");
            let path = path.join("/");
            order.url = format!("{endpoint}/{repository}/resolve/{version}/{path}");
            order.repository = Some(repository);
            order.from_hub = true;
        }
        Ok(order)
    }

    /// What the owner of a repository says of it, in Markdown; none where nothing is said.
    pub async fn card(&self, repository: &str, commit: &str) -> Result<Option<String>> {
        let repository = checked(repository)?;
        if !is_commit(commit) {
            return Err(strange("it names no version of its files"));
        }
        let web = self.web().await?;
        let url = web.address(&[repository, "resolve", commit, "README.md"])?;
        let mut response = match web.get(&url, HeaderMap::new()).await {
            Ok(answer) => answer.response,
            Err(Trouble::Never(error)) if error.code == Code::NotFound => return Ok(None),
            Err(trouble) => return Err(trouble.into()),
        };
        let text = whole(&mut response, LONGEST_CARD).await?;
        Ok(Some(
            without_facts(&String::from_utf8_lossy(&text)).to_owned(),
        ))
    }

    async fn web(&self) -> Result<Web> {
        Web::of_hub(&self.settings.get().hub, &self.secrets, STALL).await
    }
}

/// What the hub says of a repository.
#[derive(Deserialize)]
struct Said {
    id: String,
    sha: Option<String>,
    #[serde(default)]
    likes: u32,
    #[serde(default)]
    downloads: u32,
    /// `false`, or how access is given.
    #[serde(default)]
    gated: serde_json::Value,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(rename = "lastModified")]
    updated: Option<String>,
}

impl From<Said> for Found {
    fn from(said: Said) -> Self {
        let license = said
            .tags
            .iter()
            .find_map(|tag| tag.strip_prefix("license:"));
        Self {
            license: license.map(str::to_owned),
            gated: said.gated.as_str().is_some() || said.gated == true,
            id: said.id,
            likes: said.likes,
            downloads: said.downloads,
            updated: said.updated,
        }
    }
}

/// A file or folder of a repository.
#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "type")]
    kind: String,
    path: String,
    size: u64,
    lfs: Option<Stored>,
}

/// A large file's place in the hub's store.
#[derive(Deserialize)]
struct Stored {
    /// Its SHA-256.
    oid: String,
}

impl Entry {
    fn file(self) -> Option<HubFile> {
        let sha256 = self.lfs.map(|stored| stored.oid.to_lowercase());
        let is_hash =
            |hash: &String| hash.len() == 64 && hash.bytes().all(|sign| sign.is_ascii_hexdigit());
        (self.kind == "file").then(|| HubFile {
            path: self.path,
            bytes: self.size,
            sha256: sha256.filter(is_hash),
        })
    }
}

/// One answer in JSON, and where the next page of it is.
async fn ask<T: DeserializeOwned>(web: &Web, url: &Url) -> Result<(T, Option<Url>)> {
    let mut response = web.get(url, HeaderMap::new()).await?.response;
    let next = response
        .headers()
        .get(LINK)
        .and_then(|link| link.to_str().ok());
    let next = next
        .and_then(next_page)
        .and_then(|next| url.join(next).ok());
    let text = whole(&mut response, LARGEST).await?;
    let value = serde_json::from_slice(&text).map_err(|_| {
        strange("its answer cannot be read; a network that wants a login answers so, too")
    })?;
    Ok((value, next))
}

/// All of an answer, of so many bytes at most.
async fn whole(response: &mut Response, most: usize) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    while let Some(piece) = response
        .chunk()
        .await
        .map_err(|_| strange("its answer broke off"))?
    {
        text.extend_from_slice(&piece);
        if text.len() > most {
            return Err(strange("its answer is too long"));
        }
    }
    Ok(text)
}

/// A card without the facts for machines that stand before it, between lines of dashes.
fn without_facts(card: &str) -> &str {
    let card = card.trim_start_matches('\u{feff}');
    let end = card
        .strip_prefix("---")
        .and_then(|rest| rest.split_once("\n---"));
    end.map_or(card, |(_, text)| text.trim_start_matches(['-', '\r', '\n']))
}

/// The address behind `rel="next"` (RFC 8288).
fn next_page(link: &str) -> Option<&str> {
    let next = link.split(',').find(|part| part.contains("rel=\"next\""))?;
    next.trim().strip_prefix('<')?.split('>').next()
}

/// A repository's name, `owner/name`, with nothing in it that means something in an address.
fn checked(id: &str) -> Result<&str> {
    let fine = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.len() <= 96
            && part
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || "-_.".contains(sign))
    };
    match id.trim().split_once('/') {
        Some((owner, name)) if fine(owner) && fine(name) => Ok(id.trim()),
        _ => Err(Error::new(
            Code::NotFound,
            format!("“{id}” is no repository; its name has the form owner/name."),
        )),
    }
}

fn is_commit(commit: &str) -> bool {
    (7..=64).contains(&commit.len()) && commit.bytes().all(|sign| sign.is_ascii_hexdigit())
}

fn strange(why: &str) -> Error {
    Error::new(Code::Network, format!("The hub was not understood: {why}."))
}
