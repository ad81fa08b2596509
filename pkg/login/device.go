package login

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

const (
	pollEvery   = 5 * time.Second  // where the server names no interval (RFC 8628 §3.2)
	pollSlower  = 5 * time.Second  // what slow_down adds (§3.5)
	pollAtLeast = 1 * time.Second  // whatever the server says
	codeLives   = 10 * time.Minute // where it does not say that either, though it must
	codeAtMost  = time.Hour        // nobody waits longer
)

// A Code is what a person types on another device. It is a stranger's text.
type Code struct {
	User     string
	URL      string        // where it is typed
	Complete string        // where it need not be typed; "" if there is no such place
	Expires  time.Duration // how long it is good for
}

// device asks for a code and then, as often as it may, whether somebody has typed it
// (RFC 8628).
func (c Client) device(ctx context.Context, way Way, r Request) (*Answer, error) {
	message, err := r.form(way, url.Values{})
	if err != nil {
		return nil, err
	}
	response, err := c.post(ctx, r.DeviceURL, message)
	if err != nil {
		return nil, err
	}
	code, secret, every, err := r.readCode(way, response)
	if err != nil {
		return nil, err
	}
	if c.Hide != nil {
		c.Hide(secret)
	}
	if c.Show != nil {
		c.Show(code)
	}
	form := url.Values{"grant_type": {way.grant}, "device_code": {secret}}
	message = web.Message{Type: message.Type, Authorization: r.authenticate(form), Body: []byte(form.Encode())}
	now := c.Now
	if now == nil {
		now = time.Now
	}
	wait := c.Wait
	if wait == nil {
		wait = sleep
	}
	for end := now().Add(code.Expires); ; {
		if !now().Add(every).Before(end) {
			return nil, &Error{URL: web.Redact(r.URL), Way: way.Name, Fault: Expired, Why: "gave no token: the code was not typed in time"}
		}
		if err := wait(ctx, every); err != nil {
			return nil, err
		}
		response, err := c.post(ctx, r.URL, message)
		if e, ok := errors.AsType[*web.Error](err); ok && (e.Fault == web.TimedOut || e.Fault == web.NoAnswer) && ctx.Err() == nil {
			every *= 2 // §3.5: a connection that timed out is asked for less often
			continue
		}
		if err != nil {
			return nil, err
		}
		answer, err := r.read(way, response, secret)
		e, ok := errors.AsType[*Error](err)
		switch {
		case ok && e.Code == "authorization_pending":
		case ok && e.Code == "slow_down":
			every += pollSlower
		default:
			return answer, err
		}
	}
}

// readCode reads a device authorization response (§3.2).
func (r Request) readCode(way Way, response *web.Response) (code Code, secret string, every time.Duration, err error) {
	object, err := r.object(way, response, r.DeviceURL)
	if err != nil {
		return Code{}, "", 0, err
	}
	secret, _ = object.Text("device_code")
	code.User, _ = object.Text("user_code")
	code.URL, _ = object.Text("verification_uri")
	if code.URL == "" {
		code.URL, _ = object.Text("verification_url") // as Google has it
	}
	code.Complete, _ = object.Text("verification_uri_complete")
	if secret == "" || code.User == "" || code.URL == "" {
		e := r.failure(way, response, Unreadable)
		e.Why = "is no device authorization endpoint: its answer lacks device_code, user_code or verification_uri"
		return Code{}, "", 0, e
	}
	code.Expires, every = codeLives, pollEvery
	if seconds, ok := wholeSeconds(object, "expires_in"); ok {
		code.Expires = min(time.Duration(seconds)*time.Second, codeAtMost)
	}
	if seconds, ok := wholeSeconds(object, "interval"); ok {
		every = max(time.Duration(seconds)*time.Second, pollAtLeast)
	}
	return code, secret, every, nil
}

// object is an answer that must be 200 and one JSON object.
func (r Request) object(way Way, response *web.Response, from string) (strict.Object, error) {
	if response.Status != http.StatusOK {
		return strict.Object{}, r.refusal(way, response, from)
	}
	object, err := strict.ParseObject(response.Body)
	if err != nil {
		return strict.Object{}, r.unreadable(way, response, err)
	}
	return object, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
