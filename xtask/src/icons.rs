//! `cargo xtask icons`: renders `packaging/*.svg` into `icons/`. The results are committed, so only who draws needs it.

use crate::{
    checkout::Checkout,
    setup::{self, Need},
    shell,
};
use std::{fs, path::Path};

/// What a desktop bundle needs; the icon tool also makes those of stores and telephones.
const FOR_DESKTOPS: [&str; 6] = ["32x32.png", "128x128.png", "128x128@2x.png", "icon.png", "icon.icns", "icon.ico"];

const TRAY_STATES: [&str; 5] = ["idle", "ringing", "missed", "due", "problem"];

/// In pixels: for plain and for dense screens.
const TRAY_SIZES: [u32; 2] = [32, 64];

pub fn render(checkout: &Checkout) -> Result<(), String> {
    setup::prepare(checkout, &[Need::Npm])?;
    let drafts = checkout.notes()?.join("icons");
    let _ = fs::remove_dir_all(&drafts);
    let icons = checkout.path("icons");
    fs::create_dir_all(icons.join("tray")).map_err(|e| format!("icons/tray: {e}"))?;
    let into = |folder: &str| drafts.join(folder).display().to_string();
    shell::show(&mut checkout.npx(["tauri", "icon", "packaging/icon.svg", "--output", &into("app")]))?;
    for name in FOR_DESKTOPS {
        copy(&drafts.join("app").join(name), &icons.join(name))?;
    }
    let sizes = TRAY_SIZES.map(|size| size.to_string()).join(",");
    for state in TRAY_STATES {
        let drawing = format!("packaging/tray/{state}.svg");
        shell::show(&mut checkout.npx(["tauri", "icon", &drawing, "--output", &into(state), "--png", &sizes]))?;
        for size in TRAY_SIZES {
            let drawn = drafts.join(state).join(format!("{size}x{size}.png"));
            copy(&drawn, &icons.join("tray").join(format!("{state}-{size}.png")))?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to).map(|_| ()).map_err(|e| format!("{} to {}: {e}", from.display(), to.display()))
}
