//! What a person does to posts: on the marks, else on the cursor post.
