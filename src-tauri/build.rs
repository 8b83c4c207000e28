//! Checks the configuration, embeds the user interface.

use std::{env, fs, path::Path};

fn main() {
    let page = Path::new("ui/dist/index.html"); // build scripts run in the package's root
    if !page.exists() {
        let how = "the user interface is not built: run `npm ci && npm run ui:build`";
        // A release that shows an empty page must not come to be.
        assert!(env::var("PROFILE").as_deref() != Ok("release"), "{how}");
        // `cargo check`, clippy and the tests work in a fresh clone all the same.
        println!("cargo:warning={how}");
        let placeholder = "<!doctype html><title>Ringcard</title><p>Not built yet: npm ci && npm run ui:build</p>\n";
        fs::create_dir_all("ui/dist").expect("ui/dist can be made");
        fs::write(page, placeholder).expect("ui/dist can be written");
    }
    // Without it, files that come or go would not be embedded anew.
    println!("cargo:rerun-if-changed=ui/dist");
    tauri_build::build();
}
