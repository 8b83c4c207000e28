/** By how many milliseconds the hub's clock, by which calls are timed, is ahead of this machine's. One for the window. */
class HubTime {
  ahead = $state(0);
}

export const hubTime = new HubTime();
