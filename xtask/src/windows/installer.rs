//! The installer, made by makensis from `packaging/windows/`.

use super::inside::Inside;
use crate::{package, shell};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What the installer is made of, and the installer.
pub fn path(inside: &Inside) -> PathBuf {
    inside.checkout.windows().join(format!("Ringcard-{}-x64-setup.exe", env!("CARGO_PKG_VERSION")))
}

/// `webview2`: Microsoft's own bootstrapper, to be inside; `with_papers`: notices and lists of parts, as in the packages.
pub fn make(inside: &Inside, webview2: Option<&Path>, with_papers: bool, log: &Path) -> Result<PathBuf, String> {
    let made = path(inside);
    let _ = fs::remove_file(&made);
    let mut defines = vec![
        format!("-DVERSION={}", env!("CARGO_PKG_VERSION")),
        format!("-DPROGRAMS={}", inside.made("release").display()),
        format!("-DOUT={}", made.display()),
    ];
    if with_papers {
        let folder = inside.checkout.notes()?.join("papers");
        package::papers(inside.checkout, &folder)?;
        defines.push(format!("-DPAPERS={}", folder.display()));
    }
    if let Some(webview2) = webview2 {
        let webview2 = webview2.canonicalize().map_err(|e| format!("{}: {e}", webview2.display()))?;
        // The place sees the target folder.
        let beside = inside.checkout.windows().join("MicrosoftEdgeWebview2Setup.exe");
        fs::copy(&webview2, &beside).map_err(|e| format!("{}: {e}", webview2.display()))?;
        defines.push(format!("-DWEBVIEW2={}", beside.display()));
    }
    let words = ["-V2", "-WX"].into_iter().chain(defines.iter().map(String::as_str));
    let words: Vec<&str> = words.chain(["packaging/windows/installer.nsi"]).collect();
    shell::log(&mut inside.command("makensis", words), log)?;
    Ok(made)
}
