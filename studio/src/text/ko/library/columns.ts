import { type Phrases, type Translate, translator } from '../../translator.ts'
import { countOf, kindName } from './parts.ts'

/** Why a column is taken for what it is. */
export const reasons: Phrases = {
  'all values are missing': '모든 값이 결측입니다.',
  'constant: every value is {value}': '모든 값이 같습니다: {value}.',
  'constant: every value that is not missing is {value}':
    '결측이 아닌 값은 모두 같습니다: {value}.',
  'two different values: {pair}': '서로 다른 값이 두 개입니다: {pair}.',
  'an identifier: whole numbers that rise by 1 from row to row':
    '식별자입니다: 행마다 1씩 커지는 정수입니다.',
  'an identifier: whole numbers that are all different, under the name {name}':
    '식별자입니다: 이름이 {name}이고, 모두 다른 정수입니다.',
  'whole numbers from {lowest} whose variance ({variance}) is about their mean ({mean}) or more':
    '{lowest} 이상인 정수이고, 분산({variance})이 평균({mean})과 비슷하거나 더 큽니다.',
  'numbers above 0, skewed to the right (skewness {skewness}; of their logarithms {logarithms})':
    '0보다 큰 수이고, 분포의 오른쪽 꼬리가 깁니다(왜도 {skewness}, 로그를 취하면 {logarithms}).',
  'whole numbers that are not counts': '개수로 볼 수 없는 정수입니다.',
  numbers: '수입니다.',
  'dates whose order of day and month is open': '일과 월의 순서를 알 수 없는 날짜입니다.',
  'dates, day first: values from 13 show it':
    '일이 월보다 먼저 오는 날짜입니다. 13 이상인 값이 있어서 알 수 있습니다.',
  'dates, month first: values from 13 show it':
    '월이 일보다 먼저 오는 날짜입니다. 13 이상인 값이 있어서 알 수 있습니다.',
  'dates or timestamps': '날짜 또는 시각입니다.',
  '{reason}; digits after a leading zero are no numbers':
    '{reason} 0으로 시작하는 숫자열은 수로 보지 않습니다.',
  '{distinct} different texts': '서로 다른 문자열이 {distinct}개입니다.',
  'an identifier or free text: more than {distinct} different texts in {values}':
    '식별자이거나 자유로운 글입니다: 값 {values}개 중 서로 다른 문자열이 {distinct}개보다 많습니다.',
  'an identifier or free text: {distinct} different texts in {values}':
    '식별자이거나 자유로운 글입니다: 값 {values}개 중 서로 다른 문자열이 {distinct}개입니다.',
  'stated in the schema': '스키마에서 정한 종류입니다.',
  'stated in the schema; inferred was {kind} ({reason})':
    '스키마에서 정한 종류입니다. 추론한 종류는 ‘{kind}’입니다. {reason}',
  'named as the column of labels; inferred was {kind} ({reason})':
    '레이블 열로 지정했습니다. 추론한 종류는 ‘{kind}’입니다. {reason}',
}

/** `"no" and "yes"`. */
const pair: Translate = (english) => {
  const [, no, yes] = /^(".*") and (".*")$/.exec(english) ?? []
  return no && `${no}, ${yes}`
}

export const reason: Translate = translator(reasons, {
  pair,
  kind: kindName,
  values: countOf('value'),
  reason: (english) => reason(english),
})

/** What training does with a column. */
export const treatments: Phrases = {
  'left out': '학습에서 제외합니다.',
  'left out; kept as key': '학습에서 제외하고 행의 이름으로 남깁니다.',
  'left out: {why}': '학습에서 제외합니다.',
  'kept apart as label': '레이블로 따로 둡니다.',
  '{preparation}; {distribution}': '학습할 때는 {preparation} {distribution}를 우도로 씁니다.',
}

export const preparations: Phrases = {
  '0 or 1': '0 또는 1로 바꾸고',
  'one-hot, with a place for unseen values': '처음 보는 값의 자리까지 있는 원-핫 벡터로 바꾸고',
  'its place in the order': '순서에서 몇 번째인지로 바꾸고',
  logarithm: '로그를 취하고',
  'logarithm, standardised': '로그를 취해 표준화하고',
  'standardised log(1 + x) for the encoder': '인코더에는 log(1 + x)를 표준화해서 넣고',
  'days since 1970': '1970년부터 지난 날수로 바꾸고',
  'days since 1970, standardised': '1970년부터 지난 날수를 표준화하고',
  'days since 1970, mapped by quantiles': '1970년부터 지난 날수를 분위수로 변환하고',
  standardised: '표준화하고',
  'mapped by quantiles': '분위수로 변환하고',
  'as it is': '값을 그대로 쓰고',
}

export const distributions: Phrases = {
  Gaussian: '가우시안 분포',
  'Student-t': '스튜던트 t 분포',
  'log-normal': '로그 정규 분포',
  'negative binomial': '음이항 분포',
  Poisson: '푸아송 분포',
  Bernoulli: '베르누이 분포',
  categorical: '범주형 분포',
  ordinal: '순서형 분포',
}

export const treatment: Translate = translator(treatments, {
  preparation: translator(preparations),
  distribution: translator(distributions),
  why: translator({ constant: '', 'all values are missing': '' }),
})
