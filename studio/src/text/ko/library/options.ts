import type { Phrases } from '../../translator.ts'

const ofModels = {
  'channels of the levels of a convolutional network, such as 32,64,128; each level halves the image':
    '합성곱 네트워크의 단계별 채널 수입니다. 예: 32, 64, 128. 한 단계를 지날 때마다 이미지의 가로와 세로가 절반이 됩니다.',
  'activation of the hidden layers: one for all, or one for each, such as relu,tanh':
    '은닉층의 활성화 함수입니다. 하나만 적으면 모든 층에 쓰고, relu,tanh처럼 층마다 적을 수도 있습니다.',
  'normalisation of hidden layers: none, batch or layer':
    '은닉층을 정규화하는 방법입니다. none은 정규화하지 않고, batch는 배치 정규화, layer는 층 정규화입니다.',
  'whether a residual block follows each level (conv only)':
    '단계마다 잔차 블록을 하나씩 덧붙입니다(conv만 해당).',
  'share of hidden units dropped while training':
    '학습할 때 드롭아웃으로 끄는 은닉 유닛의 비율입니다.',
  'activation of the code itself': '코드에 적용하는 활성화 함수입니다.',
  "whether the decoder's weights are the encoder's, transposed (mlp only)":
    '디코더가 인코더의 가중치를 전치해서 함께 씁니다(mlp만 해당).',
  'what all layers together are then trained on: reconstruction, or labels with a softmax layer':
    '층별 사전 학습이 끝난 뒤 모든 층을 함께 학습할 목표입니다. reconstruction은 재구성이고, labels는 소프트맥스 층을 붙여 레이블을 맞힙니다.',
  'number of hourglasses in sequence (hourglass only)':
    '차례로 이어 붙이는 모래시계 모양 네트워크의 수입니다(hourglass만 해당).',
  "how the Jacobian's norm is computed: exact (a closed form for one layer, else a pass for each dimension of the code) or projections:K (an unbiased estimate from K passes)":
    '야코비 행렬의 노름을 계산하는 방법입니다. exact는 정확한 값으로, 층이 하나면 닫힌 형태로 구하고 더 많으면 코드의 차원마다 한 번씩 역전파합니다. projections:K는 K번의 역전파로 얻는 불편 추정값입니다.',
  'nats of KL per dimension of the code that cost nothing':
    '코드의 각 차원에서 이만큼의 KL(nat)은 손실에 넣지 않습니다.',
  'temperature of relaxed binary codes (bernoulli only): a number, or FROM:TO@EPOCHS':
    '이진 코드를 연속값으로 완화할 때의 온도입니다(bernoulli만 해당). 수 하나를 적거나, 에폭에 따라 바꾸려면 FROM:TO@EPOCHS로 적습니다.',
  'codes drawn for each example: more than 1 for the importance-weighted bound (IWAE)':
    '데이터 하나마다 뽑는 코드의 수입니다. 1보다 크면 중요도 가중 하한(IWAE)으로 학습합니다.',
  "widths of the discriminator's hidden layers": '판별자 은닉층의 너비입니다.',
  "activation of the discriminator's hidden layers": '판별자 은닉층의 활성화 함수입니다.',
  "share of the discriminator's hidden units dropped while training":
    '학습할 때 드롭아웃으로 끄는 판별자 은닉 유닛의 비율입니다.',
  "number of the discriminator's features":
    '입력과 재구성을 비교하는 데 쓰는 판별자 특징의 수입니다.',
}

const ofTraining = {
  'rule for the update: adam, adamw or sgd':
    '가중치를 갱신하는 최적화 방법입니다. adam, adamw, sgd 중에서 고릅니다.',
  'learning rate over time: constant, cosine (to 0), step:EPOCHS:FACTOR (every so many epochs) or milestones:EPOCH,…:FACTOR (after each of these epochs)':
    '학습률을 에폭에 따라 바꾸는 방법입니다. constant는 그대로 두고, cosine은 코사인 곡선을 따라 0까지 낮춥니다. step:EPOCHS:FACTOR는 EPOCHS마다, milestones:EPOCH,…:FACTOR는 적은 에폭이 끝날 때마다 FACTOR를 곱합니다.',
  'epochs over which the learning rate rises from 0':
    '학습률을 0에서부터 서서히 올리는 에폭 수입니다.',
  'momentum of sgd': 'sgd의 모멘텀입니다.',
  'use Nesterov momentum': '네스테로프 모멘텀을 씁니다.',
  "decay of adam's first moment":
    'adam에서 기울기의 이동 평균(1차 모멘트)을 얼마나 유지할지 정하는 감쇠율입니다.',
  "decay of adam's second moment":
    'adam에서 기울기 제곱의 이동 평균(2차 모멘트)을 얼마나 유지할지 정하는 감쇠율입니다.',
  "added to the root of adam's second moment":
    'adam에서 0으로 나누지 않도록 2차 모멘트의 제곱근에 더하는 값입니다.',
  'L2 penalty; with adamw, decoupled weight decay':
    '가중치에 대한 L2 벌점입니다. adamw에서는 기울기와 분리된 가중치 감쇠입니다.',
  'largest gradient norm; 0 for no limit': '기울기 노름의 상한입니다. 0이면 제한하지 않습니다.',
  'epochs without improvement before training stops early; 0 for never':
    '검증 결과가 이만큼의 에폭 동안 나아지지 않으면 학습을 일찍 끝냅니다. 0이면 끝까지 학습합니다.',
  'validation term that early stopping and the best checkpoint go by':
    '조기 종료와 최적 체크포인트를 정할 때 기준으로 삼는 검증 항입니다.',
  'seed of all random numbers': '모든 난수의 시드입니다.',
  'threads; 0 for one per core': '계산에 쓰는 스레드 수입니다. 0이면 코어마다 하나씩 씁니다.',
}

const ofData = {
  'examples held out of training for validation, chosen by seed (default: 5000, or a tenth if that is fewer; 0 for none)':
    '학습에서 떼어 내어 검증에 쓸 데이터의 수입니다. 시드에 따라 고릅니다(기본값: 5000개와 전체의 10 % 중 적은 쪽, 0이면 없음).',
  'examples held out for testing if the data has no test set (default: a tenth)':
    '테스트 데이터가 따로 없을 때 떼어 내어 테스트에 쓸 데이터의 수입니다(기본값: 전체의 10 %).',
  'column of a table that says train, validation or test in every row':
    '행마다 train, validation, test 중 하나가 적혀 있는 열입니다.',
  'column of dates, times or numbers: the latest rows are for testing, those before them for validation':
    '날짜나 시각 또는 수가 담긴 열입니다. 가장 나중의 행은 테스트에, 그 바로 앞의 행은 검증에 씁니다.',
  'column of a table whose groups are kept together: none is in two splits':
    '그룹을 나타내는 열입니다. 같은 그룹의 행은 학습, 검증, 테스트로 나뉘지 않고 한쪽에만 들어갑니다.',
  'what to do with pictures of another shape: crop, pad or stretch (default crop); only with size':
    '모양이 다른 이미지를 맞추는 방법입니다. crop은 자르고, pad는 여백을 채우고, stretch는 늘이거나 줄여서 맞춥니다(기본값 crop). size를 정했을 때만 씁니다.',
  'what lies behind transparent pixels and beside padded pictures: white, black or #rrggbb (default white)':
    '투명한 픽셀의 뒤와 여백에 깔리는 색입니다. white, black 또는 #rrggbb로 적습니다(기본값 white).',
  'draw 0 or 1 with the grey value as probability: none, static (once) or dynamic (afresh at every step)':
    '픽셀의 밝기를 확률로 보고 0 또는 1을 뽑습니다. none은 뽑지 않고, static은 처음에 한 번만, dynamic은 스텝마다 새로 뽑습니다.',
  'texts of a table that stand for a missing value, instead of the usual ones':
    '표에서 결측으로 볼 문자열입니다. 보통 쓰는 표시 대신 이것만 결측으로 봅니다.',
  'bring numeric columns of a table to mean 0 and standard deviation 1 where the likelihood is real-valued':
    '실수에 대한 우도를 쓸 때 표의 수치형 열을 평균 0, 표준편차 1로 표준화합니다.',
  'lines of a CSV file that begin with this text are skipped':
    'CSV 파일에서 이 문자열로 시작하는 줄은 건너뜁니다.',
  'which array of an .npz archive holds the examples':
    '.npz 파일에서 데이터가 들어 있는 배열의 이름입니다.',
}

/** What options mean that the page has no hint for. */
export const options: Phrases = { ...ofModels, ...ofTraining, ...ofData }
