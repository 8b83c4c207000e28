//! The customer directory against a real SQLite file.

mod again;
mod alphabets;
mod cards;
mod cells;
mod columns;
mod edit;
mod exporting;
mod files;
mod fitting;
mod importing;
mod in_town;
mod killed;
mod layouts;
mod matching;
mod not_theirs;
mod opening;
mod search;
mod sheets;
mod undo;

use ringcard_core::{
    customer::{Customer, CustomerDetails, CustomerNumber},
    number::{DialPlan, Party},
};
use ringcard_hub::directory::{
    Directory,
    import::{self, CancelImport, ImportProgress, ImportTarget},
};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::sync::watch;

/// A directory in a folder that is gone afterwards.
struct CustomerList {
    folder: TempDir,
    directory: Directory,
}

impl CustomerList {
    fn new() -> Self {
        Self::with_plan(hungary())
    }

    fn with_plan(plan: DialPlan) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let directory = Directory::open(&folder.path().join("directory.db"), plan).expect("a new directory");
        Self { folder, directory }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("a file");
        path
    }

    async fn customer(&self, name: &str, numbers: &[&str]) -> Customer {
        use ringcard_connect::Crm;
        self.directory.create(details(name, numbers)).await.expect("a customer")
    }

    /// Imports as guessed.
    async fn import(&self, path: &Path) -> ImportProgress {
        self.import_as(path, Vec::new()).await
    }

    async fn import_as(&self, path: &Path, columns: Vec<ImportTarget>) -> ImportProgress {
        let (progress, _) = watch::channel(ImportProgress::default());
        import::run(&self.directory, path, columns, progress, CancelImport::default()).await
    }

    /// The only customer found.
    async fn only(&self, query: &str) -> Customer {
        use ringcard_connect::Crm;
        let mut found = self.directory.search(query, 10).await.expect("an answer");
        assert_eq!(found.len(), 1, "who is found by “{query}”");
        found.remove(0).customer
    }
}

fn hungary() -> DialPlan {
    DialPlan::new("HU").expect("a country")
}

/// A number as a PBX reports it.
fn caller(number: &str) -> Party {
    hungary().read_ani(Some(number)).0
}

fn details(name: &str, numbers: &[&str]) -> CustomerDetails {
    let number =
        |written: &&str| CustomerNumber { label: "mobile".to_owned(), written: (*written).to_owned(), party: None };
    CustomerDetails { name: name.to_owned(), numbers: numbers.iter().map(number).collect(), ..Default::default() }
}
