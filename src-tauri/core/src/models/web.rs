//! Requests to model hubs: every redirect is judged, the token is shown to the hub alone, and
//! what may pass with time is told apart from what will not.

use std::sync::Once;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url, redirect};

use crate::config::hub::Hub as HubConfig;
use crate::secrets::Secrets;
use crate::{Code, Error, Result};

/// Redirects that are followed, at most.
const REDIRECTS: usize = 6;
/// How long a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(15);
/// Where the files of the Hugging Face hub lie, beside the hub itself.
const FILE_HOSTS: [&str; 2] = ["huggingface.co", "hf.co"];

/// What a request brings, or why nothing.
pub(super) type Attempt<T> = std::result::Result<T, Trouble>;

/// Why a request brought nothing.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It may pass: what it is, and when the server wants to be asked again.
    Later(String, Option<Duration>),
    /// It will not.
    Never(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        // A full disk may get room; nothing else about a disk passes.
        if error.code == Code::DiskFull {
            full()
        } else {
            Self::Never(error)
        }
    }
}

/// The disk has no room for more.
pub(super) fn full() -> Trouble {
    let why = "The disk is full; what came so far is kept";
    Trouble::Later(why.to_owned(), None)
}

impl From<Trouble> for Error {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Later(why, _) => Error::new(Code::Network, why),
            Trouble::Never(error) => error,
        }
    }
}

/// What a server answered, and the headers of the hub that sent us there.
pub(super) struct Answer {
    pub(super) response: Response,
    /// The headers of the first answer, before any redirect.
    pub(super) first: HeaderMap,
}

/// A client for one place: a hub, or a server that a user named. Cheap to clone.
#[derive(Clone)]
pub(super) struct Web {
    client: Client,
    home: Url,
    hosts: Vec<String>,
    token: Option<String>,
    is_hub: bool,
}

/// Under what name the token for a hub is kept.
pub(crate) fn token_name(endpoint: &str) -> String {
    format!("token for {}", endpoint.trim_end_matches('/'))
}

/// An address on a hub: a path whose parts are taken literally.
pub(super) fn address_at(endpoint: &str, parts: &[&str]) -> Result<Url> {
    let bad = |why: &str| bad_address(endpoint, why);
    let mut url = Url::parse(endpoint).map_err(|error| bad(&error.to_string()))?;
    url.path_segments_mut()
        .map_err(|()| bad("it has no path"))?
        .pop_if_empty()
        .extend(parts.iter().flat_map(|part| part.split('/')));
    Ok(url)
}

impl Web {
    /// A client of the hub that the settings name. `stall` is how long a server may be silent.
    /// The user's token is kept by the name of the hub, so that no other one is sent it.
    pub(super) async fn of_hub(
        config: &HubConfig,
        secrets: &Secrets,
        stall: Duration,
    ) -> Result<Self> {
        let home = Url::parse(config.endpoint.trim_end_matches('/'));
        let home = home.map_err(|error| bad_address(&config.endpoint, &error.to_string()))?;
        let token = match token_of_environment(&config.endpoint) {
            _ if !is_safe(&home) => None,
            Some(token) => Some(token),
            None => secrets.get(&token_name(&config.endpoint)).await,
        };
        Ok(Self {
            is_hub: true,
            ..Self::new(home, config.hosts.clone(), token, stall)?
        })
    }

    /// A client of the server that an address is on. No token goes there.
    pub(super) fn of_address(address: &str, config: &HubConfig, stall: Duration) -> Result<Self> {
        let home = Url::parse(address).map_err(|error| bad_address(address, &error.to_string()))?;
        Self::new(home, config.hosts.clone(), None, stall)
    }

    fn new(home: Url, hosts: Vec<String>, token: Option<String>, stall: Duration) -> Result<Self> {
        let is_web = matches!(home.scheme(), "http" | "https") && home.host_str().is_some();
        if !is_web || !home.username().is_empty() {
            return Err(bad_address(home.as_str(), "it has to begin with https://"));
        }
        choose_ciphers();
        let client = Client::builder()
            .user_agent(concat!("hearth/", env!("CARGO_PKG_VERSION")))
            // Each one is judged by hand.
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT)
            .read_timeout(stall)
            .build()
            .map_err(Error::internal)?;
        Ok(Self {
            client,
            home,
            hosts,
            token,
            is_hub: false,
        })
    }

    /// An address at home: a path whose parts are taken literally.
    pub(super) fn address(&self, parts: &[&str]) -> Result<Url> {
        address_at(self.home.as_str(), parts)
    }

    /// Asks, following the redirects that are allowed.
    pub(super) async fn get(&self, url: &Url, headers: HeaderMap) -> Attempt<Answer> {
        let mut url = url.clone();
        let mut first = None;
        for _ in 0..=REDIRECTS {
            self.judge(&url)?;
            let mut request = self.client.get(url.clone()).headers(headers.clone());
            if let Some(token) = self.token.as_ref().filter(|_| is_same(&url, &self.home)) {
                request = request.header(AUTHORIZATION, format!("Bearer {token}"));
            }
            let response = request
                .send()
                .await
                .map_err(|error| unreachable(&url, &error))?;
            let first = first
                .get_or_insert_with(|| response.headers().clone())
                .clone();
            if !response.status().is_redirection() {
                return match refusal(&response, &self.home, self.is_hub) {
                    Some(trouble) => Err(trouble),
                    None => Ok(Answer { response, first }),
                };
            }
            let next = response
                .headers()
                .get(LOCATION)
                .and_then(|to| to.to_str().ok());
            let next = next.and_then(|to| url.join(to).ok());
            url = next.ok_or_else(|| refused(&url, "it leads nowhere"))?;
        }
        Err(refused(&url, "it is redirected again and again").into())
    }

    /// Whether an address may be asked: at home, where the hub keeps its files, or on a host
    /// that the settings allow; encrypted, unless home itself is not.
    fn judge(&self, url: &Url) -> Result<()> {
        let host = url.host_str().unwrap_or_default();
        if is_same(url, &self.home) {
            return Ok(());
        }
        if url.scheme() != "https" {
            return Err(refused(url, "only encrypted addresses are followed"));
        }
        let below = |domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
        let home = self.home.host_str().unwrap_or_default();
        let known = FILE_HOSTS.iter().any(|domain| below(domain));
        if below(home) || known || self.hosts.iter().any(|domain| below(domain)) {
            return Ok(());
        }
        Err(refused(
            url,
            "it is another host; if you trust it, add it to `hosts` under [hub] in the settings",
        ))
    }
}

/// The token that the hub's own tools read. It is for the hub that they ask, and no other.
fn token_of_environment(endpoint: &str) -> Option<String> {
    let set = |name: &str| {
        std::env::var(name)
            .ok()
            .filter(|value| !value.trim().is_empty())
    };
    let theirs = set("HF_ENDPOINT").unwrap_or_else(|| HubConfig::default().endpoint);
    let same = theirs.trim_end_matches('/') == endpoint.trim_end_matches('/');
    set("HF_TOKEN").filter(|_| same)
}

/// Whether nobody on the way can read what is sent.
fn is_safe(home: &Url) -> bool {
    let host = home.host_str().unwrap_or_default();
    home.scheme() == "https" || matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// The same scheme, host and port.
fn is_same(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin()
}

/// What an answer refuses, if it does.
fn refusal(response: &Response, home: &Url, is_hub: bool) -> Option<Trouble> {
    let status = response.status();
    if status.is_success() {
        return None;
    }
    let host = response.url().host_str().unwrap_or_default().to_owned();
    let path = response.url().path().to_owned();
    Some(match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if !is_hub => {
            let message = format!(
                "{host} gives this only to those who are logged in, or the address has expired ({status})."
            );
            Trouble::Never(Error::new(Code::Gated, message))
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            let repository: Vec<&str> = path
                .trim_start_matches("/api/models")
                .split('/')
                .filter(|part| !part.is_empty())
                .take(2)
                .collect();
            let page = format!("{}{}", home, repository.join("/"));
            Trouble::Never(Error::new(
                Code::Gated,
                format!(
                    "{host} gives this only to those who have agreed to its terms. Open {page}, agree, and set a token of your account (on the page Models, with `hearth models token`, or in HF_TOKEN)."
                ),
            ))
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            Trouble::Never(Error::new(Code::NotFound, format!("{host} has no {path}.")))
        }
        StatusCode::RANGE_NOT_SATISFIABLE => {
            Trouble::Later(format!("{host} has another file now"), None)
        }
        _ if status.is_server_error()
            || status == StatusCode::TOO_MANY_REQUESTS
            || status == StatusCode::REQUEST_TIMEOUT =>
        {
            let after = response.headers().get(RETRY_AFTER);
            let after = after
                .and_then(|value| value.to_str().ok())
                .and_then(retry_after);
            let why = match status {
                StatusCode::TOO_MANY_REQUESTS => format!("{host} asks for patience"),
                _ => format!("{host} has a fault ({status})"),
            };
            Trouble::Later(why, after)
        }
        _ => Trouble::Never(Error::new(
            Code::Network,
            format!("{host} refuses this ({status})."),
        )),
    })
}

/// When to ask again: seconds, or a date (RFC 9110, 10.2.3).
fn retry_after(value: &str) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(value.trim()).ok()?;
    let wait = date.timestamp().duration_since(jiff::Timestamp::now());
    Some(wait.unsigned_abs()).filter(|_| wait.is_positive())
}

fn unreachable(url: &Url, error: &reqwest::Error) -> Trouble {
    let host = url.host_str().unwrap_or_default();
    let why = if error.is_timeout() {
        format!("{host} does not answer")
    } else if error.is_connect() {
        format!("{host} cannot be reached; is there a connection?")
    } else {
        format!("the connection to {host} broke")
    };
    Trouble::Later(why, None)
}

fn refused(url: &Url, why: &str) -> Error {
    let whole = url.host_str().map_or_else(
        || url.as_str().to_owned(),
        |host| format!("{}://{host}", url.scheme()),
    );
    Error::new(Code::LinkRefused, format!("{whole} was not asked: {why}."))
}

fn bad_address(address: &str, why: &str) -> Error {
    Error::new(
        Code::LinkRefused,
        format!("“{address}” is no address of a server: {why}."),
    )
}

/// Which implementation of TLS's ciphers is used: one that needs no tools to build.
fn choose_ciphers() {
    static CHOSEN: Once = Once::new();
    CHOSEN.call_once(|| {
        // Another part of the program may have chosen already.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web() -> Web {
        let home = Url::parse("https://huggingface.co").unwrap();
        Web::new(home, vec!["mirror.example".to_owned()], None, CONNECT).unwrap()
    }

    #[test]
    fn f24_only_known_hosts_are_followed_and_only_encrypted() {
        for good in [
            "https://huggingface.co/a",
            "https://cas-bridge.xethub.hf.co/x",
            "https://eu.mirror.example/x",
        ] {
            assert!(web().judge(&Url::parse(good).unwrap()).is_ok(), "{good}");
        }
        for bad in [
            "http://huggingface.co/a",
            "file:///etc/passwd",
            "https://evil.example/x",
            "https://127.0.0.1/x",
            "https://169.254.169.254/latest",
            "https://nothf.co/x",
            "https://huggingface.co.evil.example/x",
            "https://[::1]/x",
        ] {
            let error = web().judge(&Url::parse(bad).unwrap()).unwrap_err();
            assert_eq!(error.code, Code::LinkRefused, "{bad}");
        }
    }

    #[test]
    fn parts_of_a_path_are_taken_literally() {
        let url = web()
            .address(&["o/n", "resolve", "main", "a b#?.gguf"])
            .unwrap();
        assert_eq!(
            url.as_str(),
            "https://huggingface.co/o/n/resolve/main/a%20b%23%3F.gguf"
        );
    }

    #[test]
    fn waiting_is_told_in_seconds_or_as_a_date() {
        assert_eq!(retry_after("7"), Some(Duration::from_secs(7)));
        assert!(retry_after("Wed, 21 Oct 2099 07:28:00 GMT") > Some(Duration::from_secs(1)));
        assert_eq!(retry_after("Wed, 21 Oct 2015 07:28:00 GMT"), None);
        assert_eq!(retry_after("soon"), None);
    }
}
