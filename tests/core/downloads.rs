//! Downloads from a hub that misbehaves.

use std::path::PathBuf;
use std::time::Duration;

use hearth_core::config::Settings;
use hearth_core::folder::DataFolder;
use hearth_core::models::downloads::{DownloadState, Downloads, Order, Patience};
use hearth_core::models::hub::Hub as HubClient;
use hearth_core::secrets::Secrets;
use hearth_core::store::Store;
use hearth_core::{Code, Error};
use hearth_support::hub::{Hub, Manners};
use hearth_support::place;

const FILE: &str = "someone/model-gguf/model-Q8_0.gguf";
const NAME: &str = "model-Q8_0.gguf";
const MIB: usize = 1 << 20;

/// A model file of some size: Ember, and noise behind it.
fn model(bytes: usize) -> Vec<u8> {
    let mut file = std::fs::read(place::ember()).unwrap();
    let mut state = 7_u64;
    while file.len() < bytes {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        file.extend(state.to_le_bytes());
    }
    file
}

/// A hub with one model, and a data folder whose settings name it.
struct Place {
    hub: Hub,
    file: Vec<u8>,
    folder: DataFolder,
    settings: Settings,
    store: Store,
    downloads: Downloads,
    _home: tempfile::TempDir,
}

impl Place {
    fn new(bytes: usize) -> Self {
        let hub = Hub::start();
        let file = model(bytes);
        hub.put(FILE, file.clone());
        let home = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(Some(home.path())).unwrap();
        std::fs::write(
            folder.config(),
            format!("[hub]\nendpoint = {:?}\n", hub.endpoint),
        )
        .unwrap();
        let settings = Settings::open(folder.config());
        assert_eq!(settings.fault(), None);
        let store = Store::open(&folder).unwrap();
        let patience = Patience {
            first: Duration::from_millis(5),
            most: Duration::from_millis(20),
            stall: Duration::from_millis(400),
        };
        let downloads = Downloads::new(
            store.clone(),
            settings.clone(),
            Secrets::default(),
            &folder,
            patience,
        );
        Self {
            hub,
            file,
            folder,
            settings,
            store,
            downloads,
            _home: home,
        }
    }

    async fn order(&self) -> Order {
        let hub = HubClient::new(self.settings.clone(), Secrets::default());
        let repository = hub.repository("someone/model-gguf").await.unwrap();
        hub.order(
            &repository.found.id,
            &repository.commit,
            &repository.variants[0].files[0],
        )
        .unwrap()
    }

    async fn pull(&self) -> Result<(), Error> {
        let id = self.downloads.add(self.order().await).await.unwrap();
        self.downloads.fetch(id).await
    }

    fn models(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder.models()).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    fn leftovers(&self) -> usize {
        std::fs::read_dir(self.folder.downloads()).unwrap().count()
    }

    /// The file is there, right to the last byte, and nothing beside it.
    fn has_it(&self) {
        assert_eq!(self.models(), [self.folder.models().join(NAME)]);
        assert!(
            std::fs::read(&self.models()[0]).unwrap() == self.file,
            "every byte is right"
        );
        assert_eq!(self.leftovers(), 0);
    }

    /// Waits until every download has come.
    async fn until_nothing_comes(&self) {
        let mut watch = self.downloads.watch();
        watch.wait_for(Vec::is_empty).await.unwrap();
    }

    /// Waits until the only download does something.
    async fn until(&self, wanted: impl Fn(&DownloadState) -> bool) {
        let mut watch = self.downloads.watch();
        let all = watch.wait_for(|all| all.iter().any(|one| wanted(&one.state)));
        let all = tokio::time::timeout(Duration::from_secs(30), all);
        assert!(all.await.is_ok(), "{:?}", self.downloads.watch().borrow());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_in_several_ranges_whole_and_is_remembered() {
    let place = Place::new(50 * MIB);
    place.pull().await.unwrap();
    place.has_it();
    assert!(
        place.hub.sent() < place.file.len() as u64 + 2,
        "nothing comes twice"
    );
    let known = place
        .store
        .downloaded(NAME.to_owned())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        known.order.sha256,
        Some(hearth_support::hub::sha256(&place.file))
    );
    let again = place.downloads.add(place.order().await).await.unwrap_err();
    assert_eq!(again.code, Code::NameRefused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_gives_repositories_and_their_files_by_quantization() {
    let place = Place::new(0);
    place.hub.put(
        "someone/model-gguf/model-F16-00001-of-00002.gguf",
        vec![0; 9 * MIB],
    );
    place.hub.put(
        "someone/model-gguf/model-F16-00002-of-00002.gguf",
        vec![0; 9 * MIB],
    );
    place.hub.put("other/thing/x.gguf", vec![0; 4]);
    place.hub.gate("someone/model-gguf");
    let hub = HubClient::new(place.settings.clone(), Secrets::default());
    let found = hub.search("model").await.unwrap();
    assert_eq!(found.len(), 1);
    assert!(
        found[0].gated && found[0].license.as_deref() == Some("apache-2.0"),
        "{found:?}"
    );
    let repository = hub.repository(&found[0].id).await.unwrap();
    let told: Vec<_> = repository
        .variants
        .iter()
        .map(|one| (one.quantization.as_str(), one.files.len()))
        .collect();
    assert_eq!(told, [("Q8_0", 1), ("F16", 2)]);
    for bad in ["nobody/nothing", "../../etc", "a", "a/b/c", "a/..", "a/b?x"] {
        assert_eq!(
            hub.repository(bad).await.unwrap_err().code,
            Code::NotFound,
            "{bad}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f19_a_server_that_falls_silent_is_left_and_asked_again_from_the_same_place() {
    let place = Place::new(20 * MIB);
    place.hub.behave(Manners {
        stall: Some(Duration::from_secs(3)),
        ..Manners::default()
    });
    place.pull().await.unwrap();
    place.has_it();
    assert!(place.hub.sent() < place.file.len() as u64 + 8 * MIB as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn f20_twenty_broken_connections_cost_little() {
    let place = Place::new(60 * MIB);
    place.hub.behave(Manners {
        cut_after: Some(3 * MIB),
        cuts: 20,
        ..Manners::default()
    });
    place.pull().await.unwrap();
    place.has_it();
    let most = place.file.len() as u64 + 20 * 2 * MIB as u64;
    assert!(place.hub.sent() <= most, "{} of {most}", place.hub.sent());
}

#[tokio::test(flavor = "multi_thread")]
async fn f21_a_length_that_is_not_the_promised_one_is_refused() {
    for length in [1000, 1 << 40] {
        let place = Place::new(8 * MIB);
        place.hub.behave(Manners {
            length: Some(length),
            ..Manners::default()
        });
        let error = place.pull().await.unwrap_err();
        assert!(error.message.contains("promised"), "{error}");
        assert_eq!(place.models(), Vec::<PathBuf>::new());
    }
    // Without any length the hub's own list says it.
    let place = Place::new(8 * MIB);
    place.hub.behave(Manners {
        no_length: true,
        no_ranges: true,
        ..Manners::default()
    });
    place.pull().await.unwrap();
    place.has_it();
    // At an address that somebody typed nothing does.
    let order = Order::at(&place.hub.address(FILE), Some("other.gguf")).unwrap();
    let id = place.downloads.add(order).await.unwrap();
    let error = place.downloads.fetch(id).await.unwrap_err();
    assert!(error.message.contains("how large"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn f22_no_file_is_ever_spliced() {
    let place = Place::new(12 * MIB);
    place.hub.behave(Manners {
        no_ranges: true,
        ..Manners::default()
    });
    place.pull().await.unwrap();
    place.has_it();

    let place = Place::new(40 * MIB);
    place.hub.behave(Manners {
        wrong_part: true,
        ..Manners::default()
    });
    let id = place.downloads.add(place.order().await).await.unwrap();
    place.downloads.start().await.unwrap();
    place
        .until(|state| matches!(state, DownloadState::Waiting { .. }))
        .await;
    place.hub.behave(Manners::default());
    assert_eq!(place.downloads.watch().borrow()[0].id, id);
    place.until_nothing_comes().await;
    place.has_it();
}

#[tokio::test(flavor = "multi_thread")]
async fn f21_a_size_that_no_model_has_is_refused_and_nothing_is_made_ready_for_it() {
    let place = Place::new(MIB);
    for bytes in [u64::MAX, 1 << 50] {
        place.hub.behave(Manners {
            length: Some(bytes),
            ..Manners::default()
        });
        let order = Order::at(&place.hub.address(FILE), Some(NAME)).unwrap();
        let id = place.downloads.add(order).await.unwrap();
        let error = place.downloads.fetch(id).await.unwrap_err();
        assert_eq!(error.code, Code::Network, "{error}");
    }
    assert_eq!(place.leftovers(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn f31_two_files_of_one_name_are_not_taken_for_each_other() {
    let place = Place::new(MIB);
    place
        .hub
        .put("other/model-gguf/model-Q8_0.gguf", model(MIB));
    place.downloads.add(place.order().await).await.unwrap();
    let again = place.downloads.add(place.order().await).await.unwrap();
    let other = place.hub.address("other/model-gguf/model-Q8_0.gguf");
    let refused = place.downloads.add(Order::at(&other, None).unwrap()).await;
    assert_eq!(refused.unwrap_err().code, Code::NameRefused);
    place.downloads.fetch(again).await.unwrap();
    place.has_it();
}

#[tokio::test(flavor = "multi_thread")]
async fn f30_a_file_that_arrived_just_before_a_kill_is_noted_at_the_next_start() {
    let place = Place::new(5 * MIB);
    let order = Order::at(&place.hub.address(FILE), Some(NAME)).unwrap();
    let id = place.downloads.add(order).await.unwrap();
    // As it is after the rename, when the journal states the checksum and nothing is noted.
    let file = hearth_support::hub::sha256(&place.file);
    let journal = format!(
        "{}\n",
        serde_json::json!({
            "url": place.hub.address(FILE), "commit": null, "etag": null,
            "sha256": file, "bytes": place.file.len(),
        })
    );
    std::fs::write(
        place.folder.downloads().join(format!("{NAME}.journal")),
        journal,
    )
    .unwrap();
    std::fs::write(place.folder.models().join(NAME), &place.file).unwrap();
    place.downloads.fetch(id).await.unwrap();
    place.has_it();
    assert_eq!(place.hub.sent(), 0, "nothing is fetched again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_the_hub_as_a_browser_shows_it_means_the_file() {
    let place = Place::new(MIB);
    let hub = HubClient::new(place.settings.clone(), Secrets::default());
    let shown = format!(
        "{}/someone/model-gguf/blob/main/model-Q8_0.gguf",
        place.hub.endpoint
    );
    let order = hub.order_at(&shown, None).unwrap();
    assert_eq!(order.repository.as_deref(), Some("someone/model-gguf"));
    let id = place.downloads.add(order).await.unwrap();
    place.downloads.fetch(id).await.unwrap();
    place.has_it();
    let named = hub
        .order_at("https://example.org/My%20Model.gguf", None)
        .unwrap();
    assert_eq!(
        (named.name.as_str(), named.from_hub),
        ("My Model.gguf", false)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn f22_a_file_that_changes_on_the_server_begins_anew() {
    let place = Place::new(80 * MIB);
    place.hub.behave(Manners {
        slow: Some(Duration::from_millis(20)),
        etag: Some("\"one\"".into()),
        ..Manners::default()
    });
    let order = Order::at(&place.hub.address(FILE), Some(NAME)).unwrap();
    place.downloads.add(order).await.unwrap();
    place.downloads.start().await.unwrap();
    place
        .downloads
        .watch()
        .wait_for(|all| all.iter().any(|one| one.came > 9e6))
        .await
        .unwrap();
    let mut other = place.file.clone();
    *other.last_mut().unwrap() ^= 1;
    place.hub.put(FILE, other.clone());
    place.hub.behave(Manners {
        etag: Some("\"two\"".into()),
        ..Manners::default()
    });
    place.until_nothing_comes().await;
    assert!(std::fs::read(place.folder.models().join(NAME)).unwrap() == other);
}

#[tokio::test(flavor = "multi_thread")]
async fn f23_a_flipped_bit_is_found_and_fetched_again_but_not_for_ever() {
    let place = Place::new(20 * MIB);
    place.hub.behave(Manners {
        flip: Some((9 * MIB, 1)),
        ..Manners::default()
    });
    // One answer is the question for the size; it does not reach the place.
    place.hub.behave(Manners {
        flip: Some((9 * MIB, 3)),
        ..Manners::default()
    });
    place.pull().await.unwrap();
    place.has_it();

    let place = Place::new(20 * MIB);
    place.hub.behave(Manners {
        flip: Some((9 * MIB, u32::MAX)),
        ..Manners::default()
    });
    let error = place.pull().await.unwrap_err();
    assert!(error.message.contains("checksum"), "{error}");
    assert_eq!((place.models().len(), place.leftovers()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn f24_redirects_to_strangers_are_refused_by_name_and_see_no_token() {
    for to in [
        "http://127.0.0.1:9/x",
        "file:///etc/passwd",
        "http://169.254.169.254/latest",
        "https://evil.example/x",
    ] {
        let place = Place::new(0);
        place.hub.behave(Manners {
            redirect: Some(to.to_owned()),
            ..Manners::default()
        });
        let error = place.pull().await.unwrap_err();
        let host = to
            .split('/')
            .nth(2)
            .unwrap_or_default()
            .split(':')
            .next()
            .unwrap();
        assert!(
            error.message.contains(host) && error.message.contains("not asked"),
            "{error}"
        );
    }
    let place = Place::new(0);
    place.hub.behave(Manners {
        redirect: Some(place.hub.address(FILE)),
        ..Manners::default()
    });
    let error = place.pull().await.unwrap_err();
    assert!(error.message.contains("again and again"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn f25_every_refusal_has_its_sentence_and_what_passes_is_waited_for() {
    let place = Place::new(0);
    let order = place.order().await;
    place.hub.gate("someone/model-gguf");
    let id = place.downloads.add(order.clone()).await.unwrap();
    let error = place.downloads.fetch(id).await.unwrap_err();
    assert!(
        error.message.contains("/someone/model-gguf, agree"),
        "{error}"
    );

    let place = Place::new(0);
    let order = Order {
        url: place.hub.address("someone/model-gguf/none.gguf"),
        ..place.order().await
    };
    let id = place.downloads.add(order).await.unwrap();
    let error = place.downloads.fetch(id).await.unwrap_err();
    assert!(error.message.contains("has no"), "{error}");

    for status in [429, 500, 503] {
        let place = Place::new(0);
        let after = vec![("Retry-After".to_owned(), "0".to_owned())];
        let order = place.order().await;
        place.hub.behave(Manners {
            status: Some((status, 3, after)),
            ..Manners::default()
        });
        let id = place.downloads.add(order).await.unwrap();
        place.downloads.fetch(id).await.unwrap();
        place.has_it();
    }
    let place = Place::new(0);
    let order = place.order().await;
    place.hub.behave(Manners {
        page: true,
        ..Manners::default()
    });
    place.downloads.add(order).await.unwrap();
    place.downloads.start().await.unwrap();
    place
        .until(|state| matches!(state, DownloadState::Waiting { why } if why.contains("login")))
        .await;
    assert_eq!(place.models(), Vec::<PathBuf>::new());
    place.hub.behave(Manners::default());
    place.until_nothing_comes().await;
    place.has_it();
}

#[tokio::test(flavor = "multi_thread")]
async fn f31_a_hundred_pauses_and_a_second_wish_end_in_one_file() {
    let place = Place::new(40 * MIB);
    place.hub.behave(Manners {
        slow: Some(Duration::from_millis(1)),
        ..Manners::default()
    });
    place.downloads.start().await.unwrap();
    let id = place.downloads.add(place.order().await).await.unwrap();
    assert_eq!(place.downloads.add(place.order().await).await.unwrap(), id);
    for _ in 0..100 {
        place.downloads.pause(id).await.unwrap();
        place.downloads.resume(id).await.unwrap();
    }
    place.hub.behave(Manners::default());
    place.until_nothing_comes().await;
    place.has_it();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_is_given_up_leaves_nothing_and_the_next_one_comes() {
    let place = Place::new(20 * MIB);
    place.hub.behave(Manners {
        slow: Some(Duration::from_millis(20)),
        ..Manners::default()
    });
    place.downloads.start().await.unwrap();
    let id = place.downloads.add(place.order().await).await.unwrap();
    place.until(|state| *state == DownloadState::Fetching).await;
    place.downloads.cancel(id).await.unwrap();
    assert_eq!((place.models().len(), place.leftovers()), (0, 0));
    place.hub.behave(Manners::default());
    place.pull().await.unwrap();
    place.has_it();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_that_did_not_reach_the_disk_is_fetched_again_alone() {
    let place = Place::new(30 * MIB);
    place.hub.behave(Manners {
        slow: Some(Duration::from_millis(5)),
        ..Manners::default()
    });
    place.downloads.start().await.unwrap();
    let id = place.downloads.add(place.order().await).await.unwrap();
    place
        .downloads
        .watch()
        .wait_for(|all| all.iter().any(|one| one.came > 12e6))
        .await
        .unwrap();
    place.downloads.pause(id).await.unwrap();
    // As after a power cut: the journal says that the first piece is whole.
    let part = place.folder.downloads().join(format!("{NAME}.part"));
    let mut bytes = std::fs::read(&part).unwrap();
    bytes[..4096].fill(0);
    std::fs::write(&part, bytes).unwrap();
    place.hub.behave(Manners::default());
    place.downloads.resume(id).await.unwrap();
    place.until_nothing_comes().await;
    place.has_it();
    assert!(place.hub.sent() < place.file.len() as u64 + 12 * MIB as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn f29_a_link_in_the_models_folder_is_never_written_through() {
    let outside = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&outside, "mine").unwrap();
    let place = Place::new(20 * MIB);
    let link = place.folder.models().join(NAME);
    let swap = || std::os::unix::fs::symlink(outside.path(), &link).unwrap();
    swap();
    let refused = place.downloads.add(place.order().await).await;
    assert_eq!(refused.unwrap_err().code, Code::NameRefused);
    std::fs::remove_file(&link).unwrap();
    // It appears while the file comes.
    place.hub.behave(Manners {
        slow: Some(Duration::from_millis(10)),
        ..Manners::default()
    });
    place.downloads.start().await.unwrap();
    place.downloads.add(place.order().await).await.unwrap();
    place.until(|state| *state == DownloadState::Fetching).await;
    swap();
    place
        .until(|state| matches!(state, DownloadState::Failed { error } if error.code == Code::NameRefused))
        .await;
    assert_eq!(std::fs::read_to_string(outside.path()).unwrap(), "mine");
    assert!(link.is_symlink());
    // What came is there, and the file with it as soon as its place is free.
    std::fs::remove_file(&link).unwrap();
    place.downloads.add(place.order().await).await.unwrap();
    place.until_nothing_comes().await;
    place.has_it();
    assert!(place.hub.sent() < place.file.len() as u64 + 2 * MIB as u64);
}
