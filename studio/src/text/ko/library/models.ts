import type { Phrases } from '../../translator.ts'

/** What each model is. */
export const models: Phrases = {
  'Principal components: the best linear code, in closed form':
    '주성분 분석: 가장 좋은 선형 코드를 닫힌 형태로 구합니다',
  'Linear autoencoder: its code spans the subspace of the principal components':
    '선형 오토인코더: 코드가 주성분과 같은 부분 공간을 이룹니다',
  'Autoencoder: compresses an example to a code and reconstructs it':
    '오토인코더: 입력을 코드로 압축하고 다시 재구성합니다',
  'Stacked autoencoder: trained layer by layer, then as a whole':
    '적층 오토인코더: 한 층씩 사전 학습한 뒤 전체를 함께 학습합니다',
  'Denoising autoencoder: reconstructs an example from a corrupted one':
    '잡음 제거 오토인코더: 손상된 입력에서 원래 데이터를 재구성합니다',
  'Stacked denoising autoencoder: each layer learns to undo a corruption':
    '적층 잡음 제거 오토인코더: 층마다 손상된 입력을 되돌리도록 학습합니다',
  'Contractive autoencoder: its code changes little around each training example':
    '수축 오토인코더: 학습 데이터 주변에서 코드가 거의 변하지 않습니다',
  'Stochastic contractive autoencoder: an example and its noisy copies get similar codes':
    '확률적 수축 오토인코더: 원래 데이터와 잡음을 더한 데이터의 코드가 비슷해집니다',
  'Variational autoencoder: a generative model with an approximate posterior':
    '변분 오토인코더: 사후 분포를 근사하며 학습하는 생성 모델입니다',
  'Conditional VAE: encoder and decoder get the label, and the code holds the rest':
    '조건부 VAE: 인코더와 디코더에 레이블을 함께 넣고, 코드에는 나머지 정보만 담습니다',
  'Adversarial autoencoder: a discriminator makes codes follow any prior':
    '적대적 오토인코더: 판별자를 써서 코드가 원하는 사전 분포를 따르게 합니다',
  'Wasserstein autoencoder: the maximum mean discrepancy keeps codes close to the prior':
    '바서슈타인 오토인코더: 최대 평균 불일치(MMD)로 코드의 분포를 사전 분포에 가깝게 합니다',
  'Generator and discriminator, without an encoder: generates examples':
    '생성적 적대 신경망: 인코더 없이 생성자와 판별자가 겨루며 새 데이터를 만듭니다',
  "VAE that compares examples by a discriminator's features":
    'VAE-GAN: 판별자의 특징으로 입력과 재구성을 비교하는 VAE입니다',
}
