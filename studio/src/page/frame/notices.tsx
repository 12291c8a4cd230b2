import { text } from '../../text/text.ts'
import { dismiss, notices } from '../session.ts'
import './notices.css'

/** What went wrong, above everything until it is dismissed. */
export function Notices() {
  const { close, bug } = text.value.frame
  return (
    <div class="notices" role="alert">
      {notices.value.map((notice) => (
        <div class="notice" key={notice.message}>
          <p>
            {notice.message}
            {notice.isBug && <span class="quiet"> {bug}</span>}
          </p>
          <button type="button" class="plain" onClick={() => dismiss(notice)}>
            {close}
          </button>
        </div>
      ))}
    </div>
  )
}
