//! Where the popup comes up: in a corner of the monitor the agent chose.

use ringcard_hub::config::{Corner, DeskSettings};
use tauri::{Monitor, PhysicalPosition, WebviewWindow};

/// Between the card and the edge of the screen, in logical pixels.
const MARGIN: f64 = 16.0;

/// The chosen monitor and corner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// By name; absent, or not plugged in: the primary one.
    pub monitor: Option<String>,
    pub corner: Corner,
}

impl Placement {
    pub fn of(desk: &DeskSettings) -> Self {
        Self { monitor: desk.monitor.clone(), corner: desk.corner }
    }

    /// Moves the window there. `width` and `height` are logical: what the window says of itself is wrong until it was
    /// on the screen once.
    pub fn put(&self, window: &WebviewWindow, width: f64, height: f64) -> tauri::Result<()> {
        let Some(monitor) = self.monitor_for(window)? else { return Ok(()) };
        let scale = monitor.scale_factor();
        let area = monitor.work_area();
        let free = Area {
            x: area.position.x,
            y: area.position.y,
            width: f64::from(area.size.width),
            height: f64::from(area.size.height),
        };
        let (x, y) = free.corner(self.corner, width * scale, height * scale, MARGIN * scale);
        window.set_position(PhysicalPosition::new(x, y))
    }

    fn monitor_for(&self, window: &WebviewWindow) -> tauri::Result<Option<Monitor>> {
        let named = |monitor: &Monitor| self.monitor.is_some() && monitor.name() == self.monitor.as_ref();
        if let Some(chosen) = window.available_monitors()?.into_iter().find(named) {
            return Ok(Some(chosen));
        }
        Ok(window.primary_monitor()?.or(window.current_monitor()?))
    }
}

/// The part of a monitor that panels leave free, in physical pixels.
struct Area {
    x: i32,
    y: i32,
    width: f64,
    height: f64,
}

impl Area {
    fn corner(&self, corner: Corner, width: f64, height: f64, margin: f64) -> (i32, i32) {
        // A card that is larger than the screen still begins on it.
        let right = (self.width - width - margin).max(0.0);
        let bottom = (self.height - height - margin).max(0.0);
        let (left, top) = (margin.min(right), margin.min(bottom));
        let (x, y) = match corner {
            Corner::TopRight => (right, top),
            Corner::TopLeft => (left, top),
            Corner::BottomRight => (right, bottom),
            Corner::BottomLeft => (left, bottom),
        };
        (self.x + x.round() as i32, self.y + y.round() as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_corner_is_on_the_chosen_monitor_and_clear_of_its_edges() {
        let second = Area { x: 1920, y: 40, width: 1280.0, height: 984.0 };
        let at = |corner| second.corner(corner, 400.0, 240.0, 16.0);
        assert_eq!(at(Corner::TopRight), (1920 + 1280 - 400 - 16, 56));
        assert_eq!(at(Corner::TopLeft), (1936, 56));
        assert_eq!(at(Corner::BottomRight), (1920 + 1280 - 400 - 16, 40 + 984 - 240 - 16));
        assert_eq!(at(Corner::BottomLeft), (1936, 40 + 984 - 240 - 16));
    }

    #[test]
    fn a_card_larger_than_the_screen_begins_on_it() {
        let small = Area { x: 0, y: 0, width: 320.0, height: 200.0 };
        assert_eq!(small.corner(Corner::BottomRight, 400.0, 240.0, 16.0), (0, 0));
    }
}
