//! The folders of the hub's service: administrators', and the service's as far as it needs them.

use super::{descriptor, is_elevated, list_of};
use crate::own_files::{
    list::{ServiceMay, of_service},
    no_link,
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use thiserror::Error;

/// Why the service's folders were not made.
#[derive(Debug, Error)]
pub enum NoFolders {
    #[error(
        "The folder {} belongs to another account ({owner}), who may have put anything into it. Look at what is in it, and take \
         it away or give it to administrators: takeown /a /r /f \"{}\"",
        .folder.display(), .folder.display()
    )]
    Anothers { folder: PathBuf, owner: String },
    #[error("The folder {} cannot be made, or its list of who may do what cannot be set: {source}", .folder.display())]
    Failed { folder: PathBuf, source: io::Error },
}

/// Makes the folder of the settings, which the service reads, and the one of its data, which it writes. What is in them
/// already follows, as far as it has no list of its own.
pub fn make(home: &Path, data: &Path) -> Result<(), NoFolders> {
    make_one(home, ServiceMay::Read)?;
    make_one(data, ServiceMay::Change)
}

fn make_one(folder: &Path, may: ServiceMay) -> Result<(), NoFolders> {
    let failed = |source| NoFolders::Failed { folder: folder.to_owned(), source };
    let list_then = of_service(may);
    if let Some(above) = folder.parent() {
        fs::create_dir_all(above).map_err(failed)?;
    }
    match descriptor::create_folder(folder, &list_then) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {
            // In a place where everybody makes folders somebody may have made this one, or a link to another.
            no_link(folder).map_err(failed)?;
            match list_of(folder) {
                Some((list, user)) if list.belongs_to_trusted(user) => {
                    descriptor::set(folder, &list_then).map_err(failed)?
                }
                Some((list, _)) => {
                    return Err(NoFolders::Anothers { folder: folder.to_owned(), owner: list.owner().to_owned() });
                }
                None => return Err(failed(io::ErrorKind::PermissionDenied.into())),
            }
        }
        Err(error) => return Err(failed(error)),
    }
    // Not the one administrator's who installed it.
    if is_elevated() { descriptor::give_to_administrators(folder).map_err(failed) } else { Ok(()) }
}
