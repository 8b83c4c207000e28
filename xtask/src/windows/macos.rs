//! Every line for macOS read by the compiler. Nothing is linked and nothing of it runs: neither Apple's SDK nor a Mac is
//! there.

use super::inside::Inside;
use crate::shell;
use std::{fs, path::Path};

const TARGET: &str = "aarch64-apple-darwin";
const COMPILER: &str = "xtask/windows/empty-compiler.sh";

pub fn check(inside: &Inside, log: &Path) -> Result<String, String> {
    let compiler = inside.checkout.path(COMPILER);
    // Build scripts look where the SDK is; there is nothing in it.
    let sdk = inside.checkout.windows().join("MacOSX.platform");
    fs::create_dir_all(&sdk).map_err(|e| format!("{}: {e}", sdk.display()))?;
    let mut variables = vec![format!("SDKROOT={}", sdk.display()), "MACOSX_DEPLOYMENT_TARGET=11.0".to_owned()];
    for tool in ["CC", "CXX", "AR", "RANLIB"] {
        variables.push(format!("{tool}_aarch64_apple_darwin={}", compiler.display()));
    }
    let variables: Vec<&str> = variables.iter().map(String::as_str).collect();
    let line = ["clippy", "--workspace", "--exclude", "xtask", "--all-targets", "--locked", "--offline"];
    let line = line.into_iter().chain(["--target", TARGET, "--", "--deny", "warnings"]);
    shell::log(&mut inside.cargo_with(&variables, line), log)?;
    Ok(format!("{TARGET}, no warning; nothing of it was linked or run"))
}
