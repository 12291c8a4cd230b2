import type { Phrases } from '../../translator.ts'

/** What each model is. */
export const models: Phrases = {
  'Principal components: the best linear code, in closed form':
    '주성분 분석: 닫힌 형태로 구하는 가장 좋은 선형 코드',
  'Linear autoencoder: its code spans the subspace of the principal components':
    '선형 오토인코더: 코드가 주성분과 같은 부분 공간을 이루는 모델',
  'Autoencoder: compresses an example to a code and reconstructs it':
    '오토인코더: 입력을 코드로 압축했다가 다시 재구성하는 모델',
  'Stacked autoencoder: trained layer by layer, then as a whole':
    '적층 오토인코더: 한 층씩 사전 학습한 뒤 전체를 함께 학습하는 모델',
  'Denoising autoencoder: reconstructs an example from a corrupted one':
    '잡음 제거 오토인코더: 손상된 입력에서 원래 데이터를 재구성하는 모델',
  'Stacked denoising autoencoder: each layer learns to undo a corruption':
    '적층 잡음 제거 오토인코더: 층마다 입력의 손상을 되돌리도록 학습하는 모델',
  'Contractive autoencoder: its code changes little around each training example':
    '수축 오토인코더: 학습 데이터 주변에서 코드가 거의 변하지 않는 모델',
  'Stochastic contractive autoencoder: an example and its noisy copies get similar codes':
    '확률적 수축 오토인코더: 데이터와 잡음을 더한 사본의 코드가 비슷해지게 하는 모델',
  'Variational autoencoder: a generative model with an approximate posterior':
    '변분 오토인코더: 사후 분포를 근사하는 생성 모델',
  'Conditional VAE: encoder and decoder get the label, and the code holds the rest':
    '조건부 VAE: 인코더와 디코더가 레이블을 함께 받고, 코드에는 나머지 정보만 담는 모델',
  'Adversarial autoencoder: a discriminator makes codes follow any prior':
    '적대적 오토인코더: 판별자를 써서 코드가 원하는 사전 분포를 따르게 하는 모델',
  'Wasserstein autoencoder: the maximum mean discrepancy keeps codes close to the prior':
    '바서슈타인 오토인코더: 최대 평균 불일치(MMD)로 코드의 분포를 사전 분포에 가깝게 하는 모델',
  'Generator and discriminator, without an encoder: generates examples':
    '생성적 적대 신경망: 인코더 없이 생성자와 판별자가 겨루며 새 데이터를 만드는 모델',
  "VAE that compares examples by a discriminator's features":
    'VAE-GAN: 입력과 재구성을 판별자의 특징으로 비교하는 VAE',
}
