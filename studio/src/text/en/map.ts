/** The latent map: its tools, its legend, what it says where there is nothing to show. */
export const map = {
  stage: {
    name: 'Latent map',
    role: 'map',
    keys: 'Arrow keys move the map, + and − zoom, 0 shows all. Shift with arrows moves a crosshair, Enter pins it, A selects what is in view, Escape undoes.',
  },
  plainPoints: 'Points are drawn without a graphics processor.',
  splits: { train: 'Training', validation: 'Validation', test: 'Test' },
  colourNames: { none: 'nothing', label: 'label', split: 'split', loss: 'loss', score: 'score' },
  planeNames: { axes: 'Two dimensions', pca: 'PCA', umap: 'UMAP' },
  tools: {
    name: 'Map tools',
    colour: 'Colour by',
    field: 'Field of',
    plane: 'What the map shows',
    across: 'Dimension across',
    up: 'Dimension up',
    shown: 'Layers',
    shownNames: { points: 'Points', manifold: 'Manifold', both: 'Both' },
    thumbnails: 'Thumbnails',
    thumbnailsHint: 'Show examples as pictures, as many as fit without overlap',
    lasso: 'Lasso',
    lassoHint: 'Drag around points to select them; Shift and drag does the same',
    fit: 'Fit',
    fitHint: 'Show all points (key 0)',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    save: 'Save PNG',
  },
  projectionAxis: {
    pca: (place: number) => `component ${place}`,
    umap: (place: number) => `UMAP ${place}`,
  },
  toggleClass: (name: string) => `Show or hide ${name}`,
  exampleNumber: (number: string) => `no. ${number}`,
  fieldTitle: (column: string) => `decoded ${column}`,
  caption: {
    count: (shown: string, all: string) =>
      shown === all ? `${all} examples.` : `${shown} of ${all} examples.`,
    showAll: 'Show all',
    encoding: 'Encoding the examples',
    noPoints: {
      encoder: 'This model has no encoder, so examples have no place on the map.',
      data: 'The model is open without its data, so there are no points.',
    },
    projecting: 'Computing the projection',
    again: 'Compute it again',
    line: 'The code has one dimension. Points are spread upwards only so that you can tell them apart.',
    axes: (across: number, up: number, all: number) =>
      `Dimensions ${across} and ${up} of ${all}. What is decoded has the other dimensions of the pinned spot, or 0.`,
    pca: (shares: readonly string[]) =>
      `The two components hold ${shares.join(' and ')} of the variance of the codes; the rest is not visible here. A place on a projection has no code of its own: pointing shows the nearest example.`,
    umap: (count: string) =>
      `UMAP of ${count} examples keeps neighbours together. Distances between clusters, their sizes and densities mean nothing. A place on it has no code of its own: pointing shows the nearest example.`,
  },
  selection: {
    count: (count: string) => `${count} selected`,
    keep: 'Keep only these',
    inspect: 'Show in inspector',
    save: 'Export as CSV',
    clear: 'Clear',
  },
  lacks: {
    start: 'Starting …',
    model: 'The codes of your examples will be here. Train a model, or open one.',
    code: 'This model has no latent code, so there is no map of it.',
    networks:
      'This model can neither encode nor decode on its own, so there is nothing to show on a map.',
    examples: 'The model is open without its data, so it cannot be seen where examples lie.',
  },
}
