//! Where the popup comes up: in a corner of the monitor the agent chose.

use ringcard_hub::config::{Corner, DeskSettings};
use tauri::{Monitor, PhysicalPosition, PhysicalSize, WebviewWindow};

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

    /// Where a card goes and how large it is there, in physical pixels; `None` while there is no monitor. `width` and
    /// `height` are logical: what the window says of itself is wrong until it was on the screen once.
    pub fn card(
        &self,
        window: &WebviewWindow,
        width: f64,
        height: f64,
    ) -> tauri::Result<Option<(PhysicalPosition<i32>, PhysicalSize<u32>)>> {
        let monitor = self.monitor_for(window)?;
        Ok(monitor.map(|monitor| Area::of(&monitor).card(self.corner, width, height)))
    }

    fn monitor_for(&self, window: &WebviewWindow) -> tauri::Result<Option<Monitor>> {
        let named = |monitor: &Monitor| self.monitor.is_some() && monitor.name() == self.monitor.as_ref();
        if let Some(chosen) = window.available_monitors()?.into_iter().find(named) {
            return Ok(Some(chosen));
        }
        Ok(window.primary_monitor()?.or(window.current_monitor()?))
    }
}

/// The part of a monitor that panels leave free, in physical pixels, and how many of them make a logical one.
struct Area {
    x: i32,
    y: i32,
    width: f64,
    height: f64,
    scale: f64,
}

impl Area {
    fn of(monitor: &Monitor) -> Self {
        let free = monitor.work_area();
        Self {
            x: free.position.x,
            y: free.position.y,
            width: f64::from(free.size.width),
            height: f64::from(free.size.height),
            scale: monitor.scale_factor(),
        }
    }

    /// A card that is larger than the area is as large as it: the page scrolls what does not fit.
    fn card(&self, corner: Corner, width: f64, height: f64) -> (PhysicalPosition<i32>, PhysicalSize<u32>) {
        let width = (width * self.scale).min(self.width);
        let height = (height * self.scale).min(self.height);
        let margin = MARGIN * self.scale;
        let right = (self.width - width - margin).max(0.0);
        let bottom = (self.height - height - margin).max(0.0);
        let (left, top) = (margin.min(right), margin.min(bottom));
        let (x, y) = match corner {
            Corner::TopRight => (right, top),
            Corner::TopLeft => (left, top),
            Corner::BottomRight => (right, bottom),
            Corner::BottomLeft => (left, bottom),
        };
        let position = PhysicalPosition::new(self.x + x.round() as i32, self.y + y.round() as i32);
        (position, PhysicalSize::new(width.round() as u32, height.round() as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORNERS: [Corner; 4] = [Corner::TopRight, Corner::TopLeft, Corner::BottomRight, Corner::BottomLeft];

    fn at(area: &Area, corner: Corner, width: f64, height: f64) -> (i32, i32) {
        area.card(corner, width, height).0.into()
    }

    #[test]
    fn every_corner_is_on_the_chosen_monitor_and_clear_of_its_edges() {
        let second = Area { x: 1920, y: 40, width: 1280.0, height: 984.0, scale: 1.0 };
        let at = |corner| at(&second, corner, 400.0, 240.0);
        assert_eq!(at(Corner::TopRight), (1920 + 1280 - 400 - 16, 56));
        assert_eq!(at(Corner::TopLeft), (1936, 56));
        assert_eq!(at(Corner::BottomRight), (1920 + 1280 - 400 - 16, 40 + 984 - 240 - 16));
        assert_eq!(at(Corner::BottomLeft), (1936, 40 + 984 - 240 - 16));
    }

    #[test]
    fn a_card_larger_than_the_screen_begins_on_it() {
        let small = Area { x: 0, y: 0, width: 320.0, height: 200.0, scale: 1.0 };
        let (position, size) = small.card(Corner::BottomRight, 400.0, 240.0);
        assert_eq!((position, size), (PhysicalPosition::new(0, 0), PhysicalSize::new(320, 200)));
    }

    #[test]
    fn a_card_is_larger_in_pixels_where_the_monitor_is_scaled() {
        let scaled = Area { x: -2560, y: -300, width: 2560.0, height: 1380.0, scale: 1.5 };
        let (position, size) = scaled.card(Corner::BottomRight, 400.0, 240.0);
        assert_eq!(size, PhysicalSize::new(600, 360));
        assert_eq!(position, PhysicalPosition::new(-600 - 24, -300 + 1380 - 360 - 24));
    }

    #[test]
    fn a_card_is_wholly_on_its_monitor_at_any_scale() {
        for scale in [1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 3.0, 5.0] {
            for (x, y, width, height) in [(0, 0, 1366.0, 728.0), (-1920, 120, 1920.0, 1040.0), (3840, -1, 799.0, 601.0)]
            {
                let area = Area { x, y, width, height, scale };
                for corner in CORNERS {
                    for high in [1.0, 240.0, 333.3, 700.0, 900.0] {
                        let (position, size) = area.card(corner, 400.0, high);
                        let (right, bottom) = (position.x + size.width as i32, position.y + size.height as i32);
                        assert!(position.x >= x && position.y >= y, "{corner:?} at {scale}");
                        assert!(right <= x + width as i32, "{corner:?} at {scale}");
                        assert!(bottom <= y + height as i32, "{corner:?} at {scale}");
                    }
                }
            }
        }
    }
}
