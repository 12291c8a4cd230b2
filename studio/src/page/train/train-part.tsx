import { type Signal, useSignal, useSignalEffect } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { text } from '../../text/text.ts'
import { isTraining, model, trainingState } from '../state.ts'
import { Adjust } from './adjust.tsx'
import { Controls } from './controls.tsx'
import { Curves } from './curves.tsx'
import { Findings } from './findings.tsx'
import { Form } from './form.tsx'
import { Live } from './live.tsx'
import { data, reading } from './opening.ts'
import { Saw } from './saw.tsx'
import { Reading, Start } from './start.tsx'
import './train-part.css'
import { begin, beginning, status } from './training.ts'

/** Opens data, proposes a model, trains it, and shows how that goes. */
export function TrainPart() {
  const { frame, train } = text.value
  const hasRun = status.value.start !== undefined || isTraining.value
  return (
    <div class="train">
      <h2 class="hidden-label">{frame.parts.train}</h2>
      {hasRun && <Controls />}
      {hasRun && (
        <>
          <Block>
            <Curves />
          </Block>
          {isTraining.value && (
            <Block>
              <Adjust />
            </Block>
          )}
          {model.value?.source === 'training' && (
            <Block>
              <Live />
            </Block>
          )}
          <Findings />
        </>
      )}
      {data.value ? (
        <Prepared>
          <Block title={train.open.title}>
            <Saw />
          </Block>
          <Block title={train.form.title}>
            <Form />
          </Block>
        </Prepared>
      ) : (
        !hasRun && (
          <Block title={train.open.title}>
            <Start />
          </Block>
        )
      )}
      {(data.value || hasRun) && <OpenOther />}
      {data.value && !isTraining.value && <Begin />}
    </div>
  )
}

function Block({
  title,
  children,
}: {
  readonly title?: string
  readonly children: ComponentChildren
}) {
  return (
    <section class="train-block" aria-label={title}>
      {title && <h2>{title}</h2>}
      {children}
    </section>
  )
}

/** Data and model of the next training: in full before it and when other data come, behind one line while it goes on. */
function Prepared({ children }: { readonly children: ComponentChildren }) {
  const isOpen = useSignal(true)
  useSignalEffect(() => {
    void data.value
    isOpen.value = true
  })
  useSignalEffect(() => {
    if (trainingState.value === 'running') isOpen.value = false
  })
  if (trainingState.value === 'none' || status.value.start === undefined) return <>{children}</>
  return (
    <section class="train-block">
      <Fold title={text.value.train.run.dataAndModel} isOpen={isOpen}>
        {children}
      </Fold>
    </section>
  )
}

/** What is behind one line, and is made only while it is open. */
function Fold({
  title,
  isOpen,
  children,
}: {
  readonly title: string
  readonly isOpen: Signal<boolean>
  readonly children: ComponentChildren
}) {
  return (
    <details
      open={isOpen.value}
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open
      }}
    >
      <summary>{title}</summary>
      {isOpen.value && children}
    </details>
  )
}

/** The ways to open something else, behind one line. */
function OpenOther() {
  const isOpen = useSignal(false)
  useSignalEffect(() => {
    void data.value
    isOpen.value = false
  })
  return (
    <section class="train-block">
      <Fold title={text.value.train.open.other} isOpen={isOpen}>
        <Start />
      </Fold>
      {!isOpen.value && <Reading />}
    </section>
  )
}

function Begin() {
  const { form } = text.value.train
  const label = beginning.value ? form.beginning : status.value.start ? form.again : form.begin
  return (
    <div class="train-begin">
      <button
        type="button"
        class="primary"
        disabled={beginning.value || reading.value !== undefined}
        onClick={() => void begin()}
      >
        {label}
      </button>
    </div>
  )
}
