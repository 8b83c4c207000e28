//! What has to be on the machine before anything else: checked first, installed where that is allowed, named where not.

mod node;
mod system;
mod ui;

use crate::checkout::Checkout;

/// What a chore cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Libraries and compilers to build the app.
    Build,
    /// A display, a bus, a keyring ... for machines without a screen.
    VirtualDesktop,
    /// What the end-to-end tests drive the app with.
    TestDrivers,
    /// What the directory is compared with.
    Comparison,
    /// npm packages.
    Npm,
    /// The built user interface in `ui/dist`; includes [`Need::Npm`].
    Ui,
}

impl Need {
    pub const ALL: [Self; 5] = [Self::Build, Self::VirtualDesktop, Self::TestDrivers, Self::Npm, Self::Ui];
}

/// Makes everything in `needs` so, or says what a person has to do.
pub fn prepare(checkout: &Checkout, needs: &[Need]) -> Result<(), String> {
    system::install_missing(needs)?;
    if needs.contains(&Need::Npm) || needs.contains(&Need::Ui) {
        node::check()?;
        node::install_packages(checkout)?;
    }
    if needs.contains(&Need::Ui) {
        ui::build(checkout)?;
    }
    Ok(())
}
