//! The whole, put together.

use std::path::Path;
use std::sync::Arc;

use crate::chat::Chat;
use crate::config::Config;
use crate::engine::{Engines, Limits, LoadSettings};
use crate::folder::DataFolder;
use crate::installed::Installed;
use crate::models::Models;
use crate::pipeline::observe::Observe;
use crate::store::Store;
use crate::{Error, Result};

/// Everything that Hearth does, opened on one data folder. Needs a tokio runtime.
pub struct Hearth {
    /// Where the user's things lie.
    pub folder: DataFolder,
    /// Where the program's own things lie.
    pub installed: Installed,
    /// The settings as they were read at the start.
    pub config: Arc<Config>,
    /// Why the settings file is not used, if so.
    pub config_fault: Option<Error>,
    /// The database.
    pub store: Store,
    /// The model files.
    pub models: Models,
    /// The workers.
    pub engines: Engines,
    /// The conversations.
    pub chat: Chat,
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

    /// Opens a data folder with these program files and this patience.
    pub fn open_with(folder: DataFolder, installed: Installed, limits: Limits) -> Result<Self> {
        let (config, config_fault) = Config::load(&folder.config());
        let config = Arc::new(config);
        let store = Store::open(&folder)?;
        let models = Models::new(&installed, &folder);
        let settings = LoadSettings {
            context: config.engine.context,
            threads: config.engine.threads,
        };
        let engines = Engines::new(installed.engine.clone(), models.clone(), settings, limits)?;
        let pipeline = Arc::new(Observe(engines.clone()));
        let chat = Chat::new(
            store.clone(),
            models.clone(),
            engines.clone(),
            pipeline,
            Arc::clone(&config),
        );
        Ok(Self {
            folder,
            installed,
            config,
            config_fault,
            store,
            models,
            engines,
            chat,
        })
    }
}
