import type { Text } from '../text.ts'

export const map: Text['map'] = {
  stage: {
    name: '잠재 공간 지도',
    role: '지도',
    keys: '화살표 키로 이동, + 와 − 로 확대·축소, 0 으로 전체 보기. Shift+화살표로 십자선을 옮기고 Enter 로 고정합니다. A 는 보이는 점을 모두 선택하고, Esc 는 되돌립니다.',
  },
  plainPoints: '그래픽 처리 장치 없이 점을 그립니다.',
  splits: { train: '학습', validation: '검증', test: '테스트' },
  colourNames: {
    none: '없음',
    label: '레이블',
    split: '데이터 분할',
    loss: '손실',
    score: '이상치 점수',
  },
  planeNames: { axes: '두 차원', pca: 'PCA', umap: 'UMAP' },
  tools: {
    name: '지도 도구',
    colour: '색 기준',
    field: '배경 열',
    plane: '지도에 표시할 좌표',
    across: '가로축 차원',
    up: '세로축 차원',
    shown: '표시할 층',
    shownNames: { points: '점', manifold: '매니폴드', both: '모두' },
    thumbnails: '축소 이미지',
    thumbnailsHint: '점 대신 데이터의 이미지를 겹치지 않을 만큼 표시합니다',
    lasso: '올가미',
    lassoHint: '점 둘레를 끌어서 선택합니다. Shift를 누른 채 끌어도 됩니다',
    fit: '전체',
    fitHint: '모든 점 보기 (0 키)',
    zoomIn: '확대',
    zoomOut: '축소',
    save: 'PNG 저장',
  },
  projectionAxis: { pca: (place) => `제${place} 주성분`, umap: (place) => `UMAP ${place}` },
  toggleClass: (name) => `${name} 표시 또는 숨기기`,
  exampleNumber: (number) => `${number}번`,
  fieldTitle: (column) => `디코딩된 ${column}`,
  caption: {
    count: (shown, all) =>
      shown === all ? `데이터 ${all}개.` : `데이터 ${all}개 중 ${shown}개 표시.`,
    showAll: '모두 보기',
    encoding: '데이터를 인코딩하는 중',
    noPoints: {
      encoder: '이 모델에는 인코더가 없어 데이터의 위치를 알 수 없습니다.',
      data: '데이터 없이 모델만 열려 있어 점이 없습니다.',
    },
    projecting: '투영을 계산하는 중',
    again: '다시 계산',
    line: '잠재 변수가 1차원입니다. 점을 구별할 수 있도록 세로로 흩어 놓았을 뿐, 세로 위치에는 의미가 없습니다.',
    axes: (across, up, all) =>
      `잠재 변수 ${all}차원 중 ${across}번째와 ${up}번째입니다. 디코딩할 때 나머지 차원은 고정한 지점의 값을 쓰고, 고정한 지점이 없으면 0을 씁니다.`,
    pca: (shares) =>
      `두 주성분이 잠재 변수 분산의 ${shares.join('와 ')}를 설명하며, 나머지는 여기에 보이지 않습니다. 투영 위의 지점에는 고유한 잠재 변수가 없으므로 가장 가까운 데이터를 보여 줍니다.`,
    umap: (count) =>
      `UMAP은 데이터 ${count}개의 이웃 관계를 보존합니다. 군집 사이의 거리와 군집의 크기, 밀도에는 의미가 없습니다. 투영 위의 지점에는 고유한 잠재 변수가 없으므로 가장 가까운 데이터를 보여 줍니다.`,
  },
  selection: {
    count: (count) => `${count}개 선택됨`,
    keep: '선택한 점만 남기기',
    inspect: '탐색 창에서 보기',
    save: 'CSV로 내보내기',
    clear: '선택 해제',
  },
  lacks: {
    start: '시작하는 중 …',
    model: '여기에 데이터의 잠재 변수가 표시됩니다. 모델을 학습시키거나 여세요.',
    code: '이 모델에는 잠재 변수가 없어 지도를 그릴 수 없습니다.',
    networks: '이 모델은 단독으로 인코딩도 디코딩도 할 수 없어 지도에 표시할 것이 없습니다.',
    examples: '데이터 없이 모델만 열려 있어 데이터의 위치를 볼 수 없습니다.',
  },
}
