import { type Phrases, type Translate, translator } from '../../translator.ts'
import { remedies } from './findings.ts'
import { countOf, splitName } from './parts.ts'

/** What the doctor measured. Numbers are followed by words that are the same after each of them. */
export const measured: Phrases = {
  '{count} columns have outliers; {rest}': '이상치가 있는 열이 {count}개입니다. {rest}',
  'column {column} has an outlier: {value} in row {row}, {distance} times the spread of the other values away from their median (rows and columns counted from 0; {split} split)':
    '{column}번 열에 이상치가 하나 있습니다. {row}번 행의 값은 {value}이며, 중앙값에서 떨어진 거리가 다른 값들이 퍼진 정도의 {distance}배입니다({split} 데이터, 행과 열은 0번부터).',
  'column {column} has {count} outliers; the farthest is {value} in row {row}, {distance} times the spread of the other values away from their median (rows and columns counted from 0; {split} split)':
    '{column}번 열에 이상치가 {count}개 있습니다. 가장 먼 값은 {row}번 행의 {value}이며, 중앙값에서 떨어진 거리가 다른 값들이 퍼진 정도의 {distance}배입니다({split} 데이터, 행과 열은 0번부터).',
  'column {name} has an outlier: {value} in row {row}, {distance} times the spread of the other values away from their median ({split} split)':
    '{name} 열에 이상치가 하나 있습니다. {row}번째 행의 값은 {value}이며, 중앙값에서 떨어진 거리가 다른 값들이 퍼진 정도의 {distance}배입니다({split} 데이터).',
  'column {name} has {count} outliers; the farthest is {value} in row {row}, {distance} times the spread of the other values away from their median ({split} split)':
    '{name} 열에 이상치가 {count}개 있습니다. 가장 먼 값은 {row}번째 행의 {value}이며, 중앙값에서 떨어진 거리가 다른 값들이 퍼진 정도의 {distance}배입니다({split} 데이터).',
  'the columns have unlike scales: values spread by {small} in column {smallest} and by {large} in column {largest}; of the total variance, {shares}':
    '값이 퍼진 정도가 {smallest}번 열에서는 {small}, {largest}번 열에서는 {large}입니다. 전체 분산에서 차지하는 몫: {shares}.',
  'column {column} has mean {mean} and standard deviation {deviation}, the largest of all; expected about 0 and 1':
    '{column}번 열의 평균은 {mean}, 표준편차는 {deviation}입니다(모든 열 가운데 가장 큰 값). 평균은 0, 표준편차는 1에 가까워야 합니다.',
  'column {column} has mean {mean} and standard deviation {deviation}; expected about 0 and 1':
    '{column}번 열의 평균은 {mean}, 표준편차는 {deviation}입니다. 평균은 0, 표준편차는 1에 가까워야 합니다.',
  '{columns} of {all} is constant over {count} training examples, at {value}':
    '열 {all}개 중 {columns}의 값이 학습 데이터 {count}개에서 모두 {value}입니다.',
  '{columns} of {all} are constant over {count} training examples; column {column} is at {value}':
    '열 {all}개 중 {columns}의 값이 학습 데이터 {count}개에서 변하지 않습니다. {column}번 열의 값은 {value}입니다.',
  '{columns} of {all} are constant over {count} training examples':
    '열 {all}개 중 {columns}의 값이 학습 데이터 {count}개에서 변하지 않습니다.',
  '{share} % of the values of test examples lie between {low} and {high}':
    '테스트 데이터에 있는 값의 {share} %가 {low}보다 크고 {high}보다 작습니다.',
  'rounding test examples to {levels} levels makes an error of {share} % of their variance':
    '테스트 데이터를 {levels}단계로 반올림하면 분산의 {share} %에 해당하는 오차가 생깁니다.',
  'σ² = {variance}, and the mean squared error of a value is {error}':
    'σ² = {variance}, 값 하나의 평균 제곱 오차는 {error}입니다.',
  '{kl} nats per example after epoch {epoch}, {each} nats for each of {latent} dimensions; a float32 carries at most {most}; the mean codes of test examples have a root mean square of {size} in dimension {dimension}, the prior of 1':
    '{epoch} 에폭 뒤 KL 항은 데이터 하나당 {kl} nat, 코드의 {latent}차원 각각에 {each} nat입니다. float32 하나에 담기는 양은 많아야 {most} nat입니다. 테스트 데이터의 평균 코드는 {dimension}번 차원에서 제곱평균제곱근이 {size}인데, 사전 분포에서는 1입니다.',
  '{kl} nats per example after epoch {epoch}, {each} nats for each of {latent} dimensions; a float32 carries at most {most}':
    '{epoch} 에폭 뒤 KL 항은 데이터 하나당 {kl} nat, 코드의 {latent}차원 각각에 {each} nat입니다. float32 하나에 담기는 양은 많아야 {most} nat입니다.',
  'the validation loss, averaged over {window} epochs, was lowest after epoch {best} ({lowest}) and has risen to {risen} by epoch {last}, while the training loss fell from {before} to {after}':
    '{window} 에폭씩 평균한 검증 손실은 {best} 에폭에서 가장 낮았고({lowest}), {last} 에폭에는 {risen}까지 올랐습니다. 그동안 학습 손실은 {before}에서 {after}까지 줄었습니다.',
  'the validation loss was lowest after epoch {best} ({lowest}) and has risen to {risen} by epoch {last}, while the training loss fell from {before} to {after}':
    '검증 손실은 {best} 에폭에서 가장 낮았고({lowest}), {last} 에폭에는 {risen}까지 올랐습니다. 그동안 학습 손실은 {before}에서 {after}까지 줄었습니다.',
  'the squared error of test examples is {test}, {times} times that of training examples, {train}':
    '제곱 오차가 테스트 데이터에서는 {test}, 학습 데이터에서는 {train}입니다({times}배).',
  '{unused} of {all} dimensions have a mean code that varies by less than a millionth of the largest variance over {count} test examples':
    '코드의 {all}개 차원 중 {unused}개는 테스트 데이터 {count}개에 대한 평균 코드의 분산이 가장 큰 분산의 백만분의 일보다 작습니다.',
  '{unused} of {all} dimensions have a mean code that varies by less than {least} over {count} test examples':
    '코드의 {all}개 차원 중 {unused}개는 테스트 데이터 {count}개에 대한 평균 코드의 분산이 {least}보다 작습니다.',
  'of no column do they explain {share} % of the variance':
    '재구성이 어느 열에서도 분산의 {share} %를 설명하지 못합니다.',
  'their squared error is {error} per example of {width} values; that of the mean of the examples is {total}':
    '값이 {width}개인 데이터 하나당 제곱 오차가 {error}인데, 데이터의 평균으로 대신해도 {total}입니다.',
  '{dead} of the {units} units of rectified layer {layer} of {layers} are 0 for all of {count} test examples':
    'ReLU를 쓰는 층 {layers}개 중 {layer}번째 층에서, 유닛 {units}개 가운데 {dead}개의 출력이 테스트 데이터 {count}개 모두에 대해 0입니다.',
  '{low} of {all} σ are near the floor of {floor}; the smallest is {smallest}':
    'σ {all}개 중 {low}개가 하한인 {floor}에 가깝습니다. 가장 작은 σ는 {smallest}입니다.',
  'the discriminator was right in {right} % of the cases over the last epoch; a balance lies between {low} and {high} %':
    '마지막 에폭에서 판별자의 정답률은 {right} %입니다. {low} %보다 높고 {high} %보다 낮아야 균형이 맞습니다.',
  'the discriminator was right in {right} % of the cases over the last {epochs} epochs; a balance lies between {low} and {high} %':
    '마지막 {epochs} 에폭에서 판별자의 정답률은 {right} %입니다. {low} %보다 높고 {high} %보다 낮아야 균형이 맞습니다.',
  'the variance of {count} samples is {share} of that of test examples, and that of reconstructions {possible}':
    '샘플 {count}개의 분산은 테스트 데이터 분산의 {share}이고, 재구성의 분산은 {possible}입니다.',
  'the variance of {count} samples is {share} of that of test examples':
    '샘플 {count}개의 분산은 테스트 데이터 분산의 {share}입니다.',
  'the squared distance of a sample to the nearest test example is {nearest} (median of {count}), {share} of that of two examples picked at random; that of a test example to the nearest other is {other}':
    '샘플과 가장 가까운 테스트 데이터 사이의 제곱 거리는 {nearest}입니다({count}개의 중앙값). 무작위로 고른 두 데이터 사이의 제곱 거리에 견주면 {share}이고, 테스트 데이터와 가장 가까운 다른 테스트 데이터 사이는 {other}입니다.',
  'it fell from {before} to {after} in the last epoch of {all}, by {share} %':
    '전체 {all} 에폭 중 마지막 에폭에 {before}에서 {after}까지, {share} % 줄었습니다.',
  'it fell from {before} to {after} in the last {window} epochs of {all}, by {share} %':
    '전체 {all} 에폭 중 마지막 {window} 에폭 동안 {before}에서 {after}까지, {share} % 줄었습니다.',
  'the KL term rose from {before} to {after} nats in the last {window} of {all} epochs, {share} % of it':
    '전체 {all} 에폭 중 마지막 {window} 에폭 동안 KL 항이 {before}에서 {after} nat까지 올랐습니다. 오른 폭은 최종 값의 {share} %입니다.',
  'the training examples span {rank} of {width} dimensions (eigenvalues of their covariance above {share} of the largest), and the code has {latent}':
    '학습 데이터는 {width}차원 가운데 {rank}개 차원에만 퍼져 있는데(공분산의 고윳값이 가장 큰 것의 {share}배보다 큰 차원), 코드는 {latent}차원입니다.',
}

/** `columns 0, 1 and 12 more`. */
const columns: Translate = (english) => {
  const [, first, last, more] =
    /^columns? (\d+(?:, \d+)*)(?: and (\d+)( more)?)?$/.exec(english) ?? []
  if (first === undefined) return undefined
  if (last === undefined) return `${first}번 열`
  return more === undefined ? `${first}, ${last}번 열` : `${first}번 외 ${last}개 열`
}

/** `column 0 has 99.96 %, column 1 0.04 % and column 2 1.4e-10 %`. */
const shares: Translate = (english) =>
  english.replaceAll(/column (\d+)(?: has)?/g, '$1번 열').replace(' and ', ', ')

export const evidence: Translate = translator(measured, {
  columns,
  shares,
  split: splitName,
  rest: (english) => evidence(english),
})

export const remedy: Translate = translator(remedies, {
  columns,
  dimensions: countOf('dimension'),
})
