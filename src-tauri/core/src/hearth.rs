//! The whole, put together.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::Result;
use crate::batches::Batches;
use crate::cache::Cache;
use crate::chat::{Chat, Parts};
use crate::config::Settings;
use crate::config::profiles::Profiles;
use crate::engine::{Engines, Limits};
use crate::folder::DataFolder;
use crate::installed::Installed;
use crate::memory::Memories;
use crate::models::Models;
use crate::models::downloads::{Downloads, Patience};
use crate::models::hub::Hub;
use crate::persona::Personas;
use crate::pipeline::Request;
use crate::pipeline::coalesce::Coalesce;
use crate::pipeline::group::Group;
use crate::pipeline::observe::Observe;
use crate::pipeline::queue::Queue;
use crate::pipeline::reuse::Reusing;
use crate::presence::requests;
use crate::prompts::Prompts;
use crate::secrets::Secrets;
use crate::store::Store;

/// Everything that Hearth does, opened on one data folder. Needs a tokio runtime.
pub struct Hearth {
    /// Where the user's things lie.
    pub folder: DataFolder,
    /// Where the program's own things lie.
    pub installed: Installed,
    /// The settings.
    pub settings: Settings,
    /// Settings for a purpose, all at once.
    pub profiles: Profiles,
    /// The prompts that are used again and again.
    pub prompts: Prompts,
    /// The database.
    pub store: Store,
    /// The model files.
    pub models: Models,
    /// Where models come from.
    pub hub: Hub,
    /// The user's secrets.
    pub secrets: Secrets,
    /// Models that are coming.
    pub downloads: Downloads,
    /// The workers.
    pub engines: Engines,
    /// Answers that may be given again.
    pub cache: Cache,
    /// What is remembered of the user.
    pub memories: Memories,
    /// Who answers.
    pub personas: Personas,
    /// The conversations.
    pub chat: Chat,
    /// Many prompts in a row.
    pub batches: Batches,
    /// Held while a smaller copy of a model is made.
    pub(crate) requantizing: tokio::sync::Mutex<()>,
}

impl Hearth {
    /// Opens the data folder that is named, else the usual one.
    pub fn open(data_dir: Option<&Path>) -> Result<Self> {
        Self::open_with(
            DataFolder::open(data_dir)?,
            Installed::find()?,
            Limits::default(),
        )
    }

    /// The same with the default settings, whatever the settings file says: for whoever has set
    /// something with which Hearth does not start.
    pub fn open_safely(data_dir: Option<&Path>) -> Result<Self> {
        let folder = DataFolder::open(data_dir)?;
        let settings = Settings::open_safely(folder.config());
        Self::assembled(folder, Installed::find()?, Limits::default(), settings)
    }

    /// Opens a data folder with these program files and this patience.
    pub fn open_with(folder: DataFolder, installed: Installed, limits: Limits) -> Result<Self> {
        let settings = Settings::open(folder.config());
        Self::assembled(folder, installed, limits, settings)
    }

    fn assembled(
        folder: DataFolder,
        installed: Installed,
        limits: Limits,
        settings: Settings,
    ) -> Result<Self> {
        let store = Store::open(&folder)?;
        let models = Models::new(&installed, &folder);
        let engines = Engines::new(
            installed.engine.clone(),
            models.clone(),
            settings.clone(),
            folder.states(),
            limits,
        )?;
        let cache = Cache::open(
            &folder.cache(),
            store.clone(),
            settings.clone(),
            engines.clone(),
        );
        let slots = {
            let settings = settings.clone();
            move |request: &Request| settings.get().slots_of(&request.model)
        };
        let queue = Queue::new(
            engines.clone(),
            Arc::new(slots),
            cache.clone(),
            settings.clone(),
        );
        let grouped = Group::new(queue, settings.clone());
        let shared = Coalesce::new(grouped, cache.clone(), settings.clone());
        let pipeline = Arc::new(Observe(Reusing::new(shared, cache.clone())));
        let memories = Memories::new(
            store.clone(),
            engines.clone(),
            settings.clone(),
            cache.clone(),
        );
        let personas = Personas::new(store.clone(), settings.clone());
        let chat = Chat::new(Parts {
            store: store.clone(),
            models: models.clone(),
            engines: engines.clone(),
            pipeline,
            settings: settings.clone(),
            memories: memories.clone(),
            personas: personas.clone(),
            cache: cache.clone(),
        });
        let patience = Patience::default();
        let secrets = Secrets::beside(folder.secrets());
        let downloads = Downloads::new(
            store.clone(),
            settings.clone(),
            secrets.clone(),
            &folder,
            patience,
        );
        Ok(Self {
            requantizing: tokio::sync::Mutex::default(),
            hub: Hub::new(settings.clone(), secrets.clone()),
            secrets,
            downloads,
            installed,
            profiles: Profiles::new(folder.profiles(), settings.clone()),
            settings,
            prompts: Prompts::new(folder.prompts()),
            folder,
            models,
            engines,
            cache,
            memories,
            personas,
            batches: Batches::new(store.clone(), chat.clone()),
            store,
            chat,
        })
    }

    /// Work that lets other processes see what is loaded here, as long as this one runs;
    /// `window` says whether it is the one with the window.
    pub fn tell_others(&self, window: bool) -> impl Future<Output = ()> + Send + 'static {
        requests::tell(
            self.folder.clone(),
            self.store.session().to_owned(),
            window,
            self.engines.watch(),
        )
    }

    /// Ends in order: answers are stopped and saved, models leave the memory. What a question told
    /// is still noted; a title that is being written is given up, and who wants it waits before.
    pub async fn close(&self) {
        /// Rules need some milliseconds; models are not waited for.
        const GRACE: Duration = Duration::from_millis(500);
        self.downloads.close().await;
        self.batches.close().await;
        self.chat.stop_all().await;
        // Past the time what is left is given up.
        let _ = tokio::time::timeout(GRACE, self.chat.finish_background()).await;
        self.chat.abandon_background().await;
        self.engines.close().await;
        self.cache.flush().await;
    }
}
