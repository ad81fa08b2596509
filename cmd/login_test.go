package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/serve"
	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// The user and the client of the login endpoints.
const (
	loginUser, loginPassword     = "alice", "wonder & land"
	loginClient, loginClientWord = "my:app", "s%cret+of the app"
)

// loginEndpoints adds endpoints that give tokens for the API at /me, and some that
// do not.
func loginEndpoints(mux *http.ServeMux, issuer *serve.Issuer) {
	token := func(sub string) string {
		claims, _ := strict.ParseObject(fmt.Appendf(nil, `{"sub":%s,"aud":"api"}`, strict.Quote(sub)))
		made, _ := issuer.Token(claims, 5*time.Minute)
		return made
	}
	answer := func(w http.ResponseWriter, status int, format string, args ...any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, format, args...)
	}
	// As Flask-JWT has it, with other names at another path.
	login := func(userField, format string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			object, err := strict.ParseObject(body)
			user, ok := object.Text(userField)
			password, _ := object.Text("password")
			switch {
			case err != nil:
				answer(w, http.StatusUnsupportedMediaType, `{"message":"not JSON"}`)
			case !ok:
				answer(w, http.StatusBadRequest, `{%q:["This field is required."]}`, userField)
			case user != loginUser || password != loginPassword:
				answer(w, http.StatusUnauthorized, `{"description":"Invalid credentials","error":"Bad Request","status_code":401}`)
			default:
				answer(w, http.StatusOK, format, token(user))
			}
		}
	}
	mux.HandleFunc("POST /auth", login("username", `{"access_token":"%s"}`))
	mux.HandleFunc("POST /auth/email", login("email", `{"data":{"token":"JWT %s"}}`))
	mux.HandleFunc("POST /auth/hidden", login("username", `{"mine":{"own":"%s"}}`))
	mux.HandleFunc("POST /auth/form", func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("username") == "" { // as FastAPI has it
			answer(w, http.StatusUnprocessableEntity, `{"detail":[{"type":"missing","loc":["body","username"],"msg":"Field required"}]}`)
			return
		}
		answer(w, http.StatusOK, `{"token":"%s"}`, token(r.PostFormValue("username")))
	})
	mux.HandleFunc("POST /auth/cookie", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "access_token_cookie", Value: token(loginUser), HttpOnly: true})
		answer(w, http.StatusOK, `{"login":true}`)
	})
	mux.HandleFunc("POST /auth/page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<!doctype html><title>Log in</title>")
	})
	mux.HandleFunc("POST /auth/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/auth", http.StatusPermanentRedirect)
	})
	mux.HandleFunc("POST /auth/empty", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /auth/echo", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		text, _ := json.Marshal("\x1b[2J\u202e you sent " + string(body) + r.Header.Get("Authorization"))
		answer(w, http.StatusBadRequest, `{"error":"invalid_request","error_description":%s}`, text)
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		id, _ = url.QueryUnescape(id)
		secret, _ = url.QueryUnescape(secret)
		if id == "" {
			id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
		}
		switch grant := r.PostFormValue("grant_type"); {
		case grant == "urn:ietf:params:oauth:grant-type:device_code" && id == "tv":
		case id != loginClient || secret != loginClientWord:
			answer(w, http.StatusUnauthorized, `{"error":"invalid_client"}`)
			return
		case grant == "client_credentials", grant == "refresh_token" && r.PostFormValue("refresh_token") == "refresh-me-once":
		case grant == "password" && r.PostFormValue("username") == loginUser && r.PostFormValue("password") == loginPassword:
		default:
			answer(w, http.StatusBadRequest, `{"error":"invalid_grant","error_description":"no\nsuch thing"}`)
			return
		}
		answer(w, http.StatusOK, `{"access_token":"%s","token_type":"bearer","expires_in":300,"refresh_token":"refresh-me-once","scope":"read"}`, token(id))
	})
	mux.HandleFunc("POST /device", func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK, `{"device_code":"MARKED-device-code","user_code":"WDJB-MJHT","verification_uri":"https://id.example.com/device","expires_in":60,"interval":1}`)
	})
}

// terminalEnv is a world with somebody at its terminal, who types answer.
func terminalEnv(out, errs *bytes.Buffer, answer string, asked *[]string) Env {
	env := testEnv(out, errs, nil)
	env.Terminal.Err = true
	env.Password = func(_ context.Context, prompt string) ([]byte, error) {
		*asked = append(*asked, prompt)
		return []byte(answer), nil
	}
	return env
}

func TestLoginAsksForThePassword(t *testing.T) {
	got := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = string(body)
		_, _ = io.WriteString(w, `{"token":"a.b.c"}`)
	}))
	defer server.Close()
	var out, errs bytes.Buffer
	var asked []string
	code := Run(t.Context(), terminalEnv(&out, &errs, "typed password", &asked), []string{"login", server.URL, "-u", "alice"})
	if code != 0 || out.String() != "a.b.c\n" || got != `{"username":"alice","password":"typed password"}` || fmt.Sprint(asked) != "[password of alice: ]" {
		t.Errorf("exit code %d: %q, asked %q, sent %s\n%s", code, out.String(), asked, got, errs.String())
	}
	// What is wrong is said before anybody has to type.
	for _, args := range [][]string{
		{"login", "http://api.example.com/auth", "-u", "alice"},
		{"login", server.URL, "-u", "alice", "--then-probe", "http://api.example.com/me"},
		{"login", server.URL, "-u", "alice", "--param", "a:=nonsense"},
	} {
		asked = nil
		if code := Run(t.Context(), terminalEnv(&out, &errs, "x", &asked), args); code != exitUsage.number() || len(asked) > 0 {
			t.Errorf("%q: exit code %d, asked %q", args, code, asked)
		}
	}
	if code := Run(t.Context(), terminalEnv(&out, &errs, "", &asked), []string{"login", server.URL, "-u", "alice"}); code != exitUsage.number() {
		t.Errorf("no password was typed: exit code %d", code)
	}
}

// Ctrl-C ends the wait for somebody with another device.
func TestLoginInterrupted(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /device", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"device_code":"d","user_code":"WDJB-MJHT","verification_uri":"https://id.example.com/device","expires_in":600}`)
	})
	var polls atomic.Int32
	mux.HandleFunc("POST /token", func(http.ResponseWriter, *http.Request) { polls.Add(1) })
	server := httptest.NewServer(mux)
	defer server.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	var out, errs bytes.Buffer
	env := testEnv(&out, &errs, nil)
	env.Wait = func(ctx context.Context, _ time.Duration) error {
		cancel(errors.New("enough"))
		<-ctx.Done()
		return ctx.Err()
	}
	code := Run(ctx, env, []string{"login", server.URL + "/token", "--device-url", server.URL + "/device", "--client-id", "tv"})
	if code != exitInterrupted.number() || out.Len() > 0 || polls.Load() > 0 {
		t.Errorf("exit code %d, %d questions, %s", code, polls.Load(), out.String())
	}
	if !strings.HasPrefix(errs.String(), "to log in, open https://id.example.com/device and type the code WDJB-MJHT\n") {
		t.Errorf("%q", errs.String())
	}
}
