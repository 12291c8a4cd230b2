/** The frame of the page: its bar, its notices, what is open. */
export const frame = {
  title: 'Latentlab Studio',
  skip: 'Skip to the map',
  language: 'Language',
  theme: { name: 'Appearance', light: 'Light', dark: 'Dark', system: 'System' },
  private: 'Nothing leaves this machine',
  places: {
    browser: 'Computes in this page',
    local: 'Computes on this machine, by the local server',
  },
  parts: { train: 'Train', map: 'Map', explore: 'Explore' },
  starting: 'Starting …',
  close: 'Close',
  failed: 'That did not work',
  bug: 'This is a bug in the Studio. Please report it with the text in the console.',
}
