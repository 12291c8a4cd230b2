import type { Phrases } from '../../translator.ts'

/** What the doctor finds. */
export const finding: Phrases = {
  'A few values are so far from all others that they outweigh the rest of the data.':
    '몇몇 값이 다른 값들과 너무 동떨어져 있어서, 나머지 데이터 전체보다 더 큰 영향을 줍니다.',
  'The columns have such unlike scales that the loss depends on the largest alone.':
    '열마다 값의 크기가 너무 달라서, 손실이 사실상 가장 큰 열 하나로 정해집니다.',
  'The values are too large for weights that start near 1.':
    '값이 너무 커서, 1 근처에서 시작하는 가중치로는 학습하기 어렵습니다.',
  'The values are too small for weights that start near 1.':
    '값이 너무 작아서, 1 근처에서 시작하는 가중치로는 학습하기 어렵습니다.',
  'A column has the same large value in every training example: there is nothing to learn, and its squared error outweighs that of all other columns.':
    '모든 학습 데이터에서 똑같이 큰 값을 갖는 열이 하나 있습니다. 배울 것은 없는데, 그 제곱 오차가 다른 모든 열의 오차를 압도합니다.',
  'Columns have the same large value in every training example: there is nothing to learn, and its squared error outweighs that of all other columns.':
    '모든 학습 데이터에서 똑같이 큰 값을 갖는 열이 여럿 있습니다. 배울 것은 없는데, 그 제곱 오차가 다른 모든 열의 오차를 압도합니다.',
  'A column is the same in every training example: there is nothing to learn, and under a Gaussian likelihood the density of a constant is infinite.':
    '모든 학습 데이터에서 값이 같은 열이 하나 있습니다. 배울 것이 없고, 가우시안 우도에서는 상수의 확률 밀도가 무한대가 됩니다.',
  'Columns are the same in every training example: there is nothing to learn, and under a Gaussian likelihood the density of a constant is infinite.':
    '모든 학습 데이터에서 값이 같은 열이 여럿 있습니다. 배울 것이 없고, 가우시안 우도에서는 상수의 확률 밀도가 무한대가 됩니다.',
  'Training ended because a number was no longer finite.':
    '유한하지 않은 값이 나와서 학습이 중단되었습니다.',
  'A Bernoulli likelihood is for values of 0 and 1, but the data are real numbers.':
    '베르누이 우도는 0과 1로 된 데이터를 위한 것인데, 이 데이터는 실수입니다.',
  'The levels of the categorical likelihood are too coarse for real values.':
    '범주형 우도의 단계가 실수 값을 나타내기에는 너무 성깁니다.',
  'The fixed σ of the Gaussian likelihood is far smaller than the errors, so the prior counts too little against reconstruction.':
    '가우시안 우도의 고정된 σ가 오차보다 훨씬 작아서, 재구성에 견주어 사전 분포가 거의 반영되지 않습니다.',
  'The fixed σ of the Gaussian likelihood is far larger than the errors, so reconstruction counts too little against the prior.':
    '가우시안 우도의 고정된 σ가 오차보다 훨씬 커서, 사전 분포에 견주어 재구성이 거의 반영되지 않습니다.',
  'The KL term is larger than a code can carry: codes lie far outside of the prior.':
    'KL 항이 코드가 담을 수 있는 정보량보다 큽니다. 코드가 사전 분포를 크게 벗어나 있습니다.',
  'The model is memorising the training examples.': '모델이 학습 데이터를 외우고 있습니다(과적합).',
  'The model is memorising the training examples, and without a validation split nothing stops it.':
    '모델이 학습 데이터를 외우고 있는데, 검증 데이터가 없어서 이를 막지 못합니다.',
  'The code has collapsed: it is the same for every example.':
    '코드가 붕괴했습니다. 어떤 데이터를 넣어도 코드가 똑같습니다.',
  'Much of the code is not used.': '코드의 상당 부분이 쓰이지 않습니다.',
  'Reconstructions are hardly better than the mean of the data.':
    '재구성이 데이터의 평균보다 나을 것이 거의 없습니다.',
  'Units of a hidden layer are dead: they are 0 for every example.':
    '은닉층에 죽은 유닛이 있습니다. 어떤 데이터를 넣어도 출력이 0입니다.',
  'The learned σ of the Gaussian likelihood is going to 0, and the density to infinity: some values are always the same.':
    '가우시안 우도에서 학습하는 σ는 0으로, 확률 밀도는 무한대로 가고 있습니다. 늘 같은 값이 있기 때문입니다.',
  'The discriminator has won: it separates generated from real without fail, so its gradients carry little information.':
    '판별자가 이겼습니다. 생성한 것과 진짜를 빠짐없이 가려내므로, 판별자의 기울기에 정보가 거의 없습니다.',
  'The discriminator has lost: it is wrong more often than guessing.':
    '판별자가 졌습니다. 무작위로 답할 때보다 더 자주 틀립니다.',
  'Samples vary far less than the data: codes drawn from the prior are decoded to much the same example.':
    '샘플이 데이터보다 훨씬 덜 다양합니다. 사전 분포에서 뽑은 코드들이 거의 똑같은 결과로 디코딩됩니다.',
  'Samples resemble no example.': '샘플이 어떤 데이터와도 닮지 않았습니다.',
  'The loss was still falling steeply when training ended.':
    '학습이 끝날 때에도 손실이 가파르게 줄고 있었습니다.',
  'The code was still gaining information: training ended too early.':
    '코드에 담기는 정보가 아직 늘고 있었는데 학습이 너무 일찍 끝났습니다.',
  'The code has more dimensions than the data varies in.':
    '데이터가 실제로 변하는 차원보다 코드의 차원이 더 많습니다.',
}

/** What to try where that is not options to be set, as it follows “해 볼 것:”. */
export const remedies: Phrases = {
  'train generator and discriminator at rates at which neither wins':
    '생성자와 판별자 어느 쪽도 이기지 않을 학습률로 학습하기',
  'find out why the encoder gives every example the same code: are the examples different?':
    '인코더가 왜 모든 데이터에 같은 코드를 주는지 알아보기(데이터가 서로 다른지부터 확인)',
  'give the code at most {dimensions}': '코드를 {dimensions}차원 이하로 하기',
  'give the code {dimensions}': '코드를 {dimensions}차원으로 하기',
  'train on more examples': '더 많은 데이터로 학습하기',
  'train for more epochs': '에폭을 늘려 학습하기',
  'train at a lower rate': '학습률을 낮추어 학습하기',
  'look at the term and the rows that the evidence names': '위에 적힌 항과 행을 살펴보기',
  'give the KL term a larger weight': 'KL 항의 가중치 키우기',
  'train under a Gaussian likelihood that learns its σ': 'σ까지 학습하는 가우시안 우도 쓰기',
  'fix σ instead of learning it': 'σ를 학습하지 말고 고정하기',
  'give the term that pulls codes towards the prior a larger weight':
    '코드를 사전 분포 쪽으로 당기는 항의 가중치 키우기',
  'use an activation that is not 0 for negative numbers, such as leaky-relu':
    'leaky-relu처럼 음수에서도 0이 아닌 활성화 함수 쓰기',
  'correct or remove row {row} of the data before training':
    '학습하기 전에 데이터의 {row}번 행을 고치거나 빼기',
  'correct or remove row {row} of the test data before training':
    '학습하기 전에 테스트 데이터의 {row}번 행을 고치거나 빼기',
  'correct or remove the rows of these {count} values of the data before training':
    '학습하기 전에 데이터에서 이 값 {count}개가 있는 행을 고치거나 빼기',
  'correct or remove the rows of these {count} values of the test data before training':
    '학습하기 전에 테스트 데이터에서 이 값 {count}개가 있는 행을 고치거나 빼기',
  'correct row {row} of the data, or let a schema give column {name} the distribution student-t or the transform quantile':
    '데이터의 {row}번째 행을 고치거나, 스키마에서 {name} 열의 분포를 student-t로 또는 변환을 quantile로 정하기',
  'standardise the columns before training: from each subtract its mean, then divide by its standard deviation (column {column}: subtract {mean}, divide by {deviation})':
    '학습하기 전에 열마다 평균을 빼고 표준편차로 나누어 표준화하기({column}번 열: 평균 {mean}, 표준편차 {deviation})',
  'divide all values by {divisor} before training':
    '학습하기 전에 모든 값을 같은 수로 나누기(나눌 수: {divisor})',
  'leave out {columns} of the data before training': '학습하기 전에 데이터에서 {columns} 빼기',
}
