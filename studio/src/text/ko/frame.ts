import type { Text } from '../text.ts'

export const frame: Text['frame'] = {
  title: 'Latentlab 스튜디오',
  skip: '지도로 건너뛰기',
  language: '언어',
  theme: { name: '화면 모드', light: '밝게', dark: '어둡게', system: '시스템' },
  private: '데이터는 이 컴퓨터를 벗어나지 않습니다',
  places: { browser: '이 페이지에서 계산합니다', local: '로컬 서버가 이 컴퓨터에서 계산합니다' },
  parts: { train: '학습', map: '지도', explore: '탐색' },
  starting: '시작하는 중 …',
  close: '닫기',
  failed: '실행하지 못했습니다',
  bug: '스튜디오의 오류입니다. 콘솔에 표시된 내용과 함께 알려 주세요.',
}
