package token_test

import (
	"errors"
	"fmt"

	"github.com/jwt-toolkit/jwt/pkg/token"
)

func ExampleParse() {
	compact, removed := token.Clean("Authorization: Bearer " + rfc7515)
	fmt.Println("removed:", removed)
	t, err := token.Parse(compact)
	if err != nil {
		panic(err)
	}
	alg, _ := t.Header.Text("alg")
	exp, _ := t.Claims.Get("exp")
	at, _ := token.NumericDate(exp)
	fmt.Println(alg, at)

	_, err = token.Parse(compact + "=")
	if e, ok := errors.AsType[*token.ParseError](err); ok {
		fmt.Printf("%s of the %s: %v\n", e.Reason, e.Part, err)
	}
	// Output:
	// removed: ["Authorization:" "Bearer"]
	// HS256 2011-03-22 18:43:00 +0000 UTC
	// padding of the signature: the signature is padded with '=', which a token's base64url never is
}

func ExampleInspect() {
	t, problems := token.Inspect("eyJhbGciOiJub25lIn0.eyJleHAiOjEsImV4cCI6Mn0")
	fmt.Printf("%s %s\n", t.Header.Raw(), t.Claims.Raw())
	for _, p := range problems {
		fmt.Println("the", p.Part, p.Detail)
	}
	// Output:
	// {"alg":"none"} {"exp":1,"exp":2}
	// the signature is missing: the token has two parts instead of three
	// the payload has the name "exp" twice in one object
}
