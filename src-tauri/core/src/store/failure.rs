//! What SQLite's refusals mean for the user.

use rusqlite::ErrorCode;

use crate::{Code, Error};

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        // The file that its connections share could not be made as large as it has to be.
        let no_room = error
            .sqlite_error()
            .is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE);
        let (code, sentence) = match error.sqlite_error_code() {
            code if no_room || code == Some(ErrorCode::DiskFull) => (
                Code::DiskFull,
                "The disk is full, so nothing could be saved. Free some space and try again.",
            ),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
                Code::DatabaseBusy,
                "Another program holds Hearth's database. Close it and try again.",
            ),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => (
                Code::Database,
                "Hearth's database is damaged. The file was left as it is; a copy may be in the \
                 folder `backups`.",
            ),
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => (
                Code::DataFolder,
                "Hearth's database cannot be written. Check who owns the data folder.",
            ),
            _ => (Code::Database, "Hearth's database did not take this."),
        };
        Self::new(code, format!("{sentence} ({error})"))
    }
}
