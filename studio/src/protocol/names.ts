/** Pictures that browsers decode, by the ends of their names; a `metadata.csv` may say more of them. */
export const isPictureName = (path: string): boolean =>
  /\.(png|jpe?g|webp|gif|bmp|avif|tiff?)$/i.test(path) || /(^|\/)metadata\.csv$/.test(path)

/** Files of one array each: NPY and IDX, also gzipped. */
export const isOneArrayName = (path: string): boolean =>
  /(\.npy|\.idx|idx\d-ubyte)(\.gz)?$/i.test(path)

/** Files of one array or of several, in NPZ. */
export const isArrayName = (path: string): boolean =>
  isOneArrayName(path) || /\.npz(\.gz)?$/i.test(path)
