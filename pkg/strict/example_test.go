package strict_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

func ExampleParseObject() {
	for _, text := range []string{`{"sub":"alice","level":1.0}`, `{"sub":"alice","\u0073ub":"admin"}`, `{"sub":"alice"} {}`} {
		o, err := strict.ParseObject([]byte(text))
		if e, ok := errors.AsType[*strict.Error](err); ok {
			fmt.Printf("%s: the text %v\n", e.Reason, e)
			continue
		}
		for _, m := range o.Members() {
			fmt.Printf("%s is %s\n", m.Name, m.Value)
		}
	}
	// Output:
	// sub is "alice"
	// level is 1.0
	// duplicate: the text has the name "sub" twice in one object
	// trailing: the text goes on at byte 16, where the JSON value has ended
}

func ExampleObject_With() {
	o, err := strict.ParseObject([]byte(`{ "level": 1.0,  "sub": "alice" }`))
	if err != nil {
		panic(err)
	}
	o, err = o.With("sub", strict.Quote("bob"))
	if err != nil {
		panic(err)
	}
	o, err = o.WithAt([]string{"realm_access", "roles"}, json.RawMessage(`["admin"]`))
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s\n", o.Raw())
	// Output:
	// { "level": 1.0,  "sub": "bob","realm_access":{"roles":["admin"]} }
}

func ExampleBase64URL() {
	for _, text := range []string{"Zm9v", "Zm8=", "Zm9"} {
		if data, err := strict.Base64URL(text); err != nil {
			fmt.Println(err)
		} else {
			fmt.Printf("%s\n", data)
		}
	}
	// Output:
	// foo
	// is padded with '=', which a token's base64url never is
	// is not canonical base64url: unused bits of the last character are set
}
